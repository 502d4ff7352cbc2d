-- seeds.prompt_limit
-- grain     one row per limit, of which there is one
-- key       characters
-- upstream  none
--
-- How many characters of what was said before a prompt may hold, of the sets of the Speculative Tool Actions; what is
-- older is left out, whole messages at a time. There is no limit unless an export is told one (`--max-tokens`).
create or replace view seeds.prompt_limit as
select *
from (
    values
        (9223372036854775807)
) as t (characters)
;
