-- sft.tool_docs
-- grain     one row per agent and set of tools that holds functions which the agent does not have by itself
-- key       target, toolset_id
-- upstream  seeds.agent_tools, standard.dataset_toolsets, standard.tools
--
-- The documentation of a dataset's own functions, made once per set of tools and shared by all its trajectories. A
-- function that the agent has anyway is left out: its own tools by their name, browser actions where the signature is
-- the same too. So are the tools of OpenHands, which no other agent can call in code: sets of tools that were recorded
-- with it list them. A `think` that the catalogue lists is documented all the same: it does nothing, so that any
-- agent can call it.
create or replace table sft.tool_docs as
with

agents as (
    from seeds.agent_tools
    select distinct target
),

-- datasets may share one set
catalogued as (
    from standard.dataset_toolsets
    select distinct toolset_id
),

owned as (
    from seeds.agent_tools
    select target, name, called_in, tool_signature(name, parameters) as signature
),

listed as (
    from standard.tools
    select toolset_id, name, description, parameters, tool_signature(name, parameters) as signature
),

documented as (
    from agents
    cross join listed as tools
    left join catalogued using (toolset_id)
    anti join owned as own
        on own.name = tools.name
        and (
            (own.target = agents.target and own.called_in is null)
            or (
                own.target = 'openhands'
                and own.called_in is null
                and (own.name <> 'think' or catalogued.toolset_id is null)
            )
            or (
                own.target = agents.target
                and own.signature = tools.signature
            )
        )
    select
        agents.target,
        tools.toolset_id,
        tools.name,
        tool_documentation(tools.signature, tools.description, tools.parameters) as text,
)

from documented
select
    target,
    toolset_id,
    string_agg(text, chr(10) || chr(10) order by name) as text,
group by target, toolset_id
;
