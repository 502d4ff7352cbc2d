-- seeds.call_quotes
-- grain     one row per dataset whose calls hold texts between other than double quotes
-- key       dataset
-- upstream  none
--
-- Python takes both kinds of quotes; in which a model has learnt to write the calls of a dataset is a matter of style.
-- A knowledge base's are written in single ones.
create or replace view seeds.call_quotes as
select *
from (
    values ('agenttuning_kg', '''')
) as t (dataset, quote)
;
