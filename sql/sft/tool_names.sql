-- sft.tool_names
-- grain     one row per dataset and function or language that goes by a neutral name in sft.openhands_tools
-- key       dataset, kind, name
-- upstream  seeds.neutral_tools, standard.stacked_trajectories
--
-- seeds.neutral_tools for each dataset that there is: what holds for every dataset, unless it has a row of its own.
-- A table, since every range of an export joins it.
create or replace table sft.tool_names as
with

datasets as (
    from standard.stacked_trajectories
    select distinct dataset
),

own_names as (
    from seeds.neutral_tools
    semi join datasets using (dataset)
),

common_names as (
    from datasets
    cross join seeds.neutral_tools as names
    anti join own_names on own_names.dataset = datasets.dataset
        and own_names.kind = names.kind
        and own_names.name = names.name
    select datasets.dataset, names.kind, names.name, names.tool, names.parameter, names.renames
    where names.dataset = '*'
)

from own_names
select dataset, kind, name, tool, parameter, renames
union all by name
from common_names
order by dataset, kind, name
;
