-- seeds.model_prices
-- grain     one row per model whose price is known
-- key       model
-- upstream  none
--
-- What a thousand tokens cost, in US dollars, when the published runs were made; put in what you pay. A model that is
-- not here has no cost in the reports.
create or replace view seeds.model_prices as
select *
from (
    values
        ('gpt-3.5-turbo-0613', 0.0015::double, 0.002::double)
) as t (model, per_1000_prompt_tokens, per_1000_completion_tokens)
;
