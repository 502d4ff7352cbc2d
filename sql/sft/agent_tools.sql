-- sft.agent_tools
-- grain     one row per tool that an agent itself has
-- key       target, name
-- upstream  raw.agent_tools, seeds.agent_tools
--
-- The tool of that name which `adp prompts import` has read from the agent's package stands in place of our own where
-- it takes every call that ours takes. A tool of the same name that is something else, such as a browser that counts
-- elements where our sources name them, is passed over.
create or replace view sft.agent_tools as
with

fitting as (
    from raw.agent_tools as imported
    join seeds.agent_tools as own using (target, name)
    select
        target,
        name,
        own.called_in,
        imported.description,
        imported.parameters,
        imported.origin,
        imported.package,
        imported.version,
    where takes_calls_of(imported.parameters, own.parameters)
),

ours as (
    from seeds.agent_tools
    anti join fitting using (target, name)
)

from fitting
select target, name, called_in, description, parameters, origin, package, version
union all by name
from ours
select target, name, called_in, description, parameters, 'seeds' as origin
;
