-- sft.chat_toolsets
-- grain     one row per list of tools that sft.openhands_tools shows
-- key       chat_toolset_id
-- upstream  sft.agent_tools, sft.chat_tools, sft.tool_names, standard.tools
--
-- `tools` is the list as chat models read it: functions with their JSON schemas, sorted by name. What a source lists
-- stands under its neutral name where it has one, with the neutral tool's schema.
create or replace table sft.chat_toolsets as
with

shown as (
    from sft.chat_tools
    select distinct chat_toolset_id, dataset, toolset_id, further
),

listed as (
    from shown
    join standard.tools as tools using (toolset_id)
    left join sft.tool_names as names
        on names.dataset = shown.dataset
        and names.kind = 'function'
        and names.name = tools.name
    select
        chat_toolset_id,
        coalesce(names.tool, tools.name) as name,
        names.tool is not null as is_neutral,
        tools.description,
        tools.parameters,
),

added as (
    from shown
    select chat_toolset_id, unnest(further) as name
    union
    from shown
    join sft.tool_names as names using (dataset)
    select chat_toolset_id, names.tool as name
    where names.kind = 'offer'
),

named as (
    from listed
    select chat_toolset_id, name, is_neutral, description, parameters
    union all by name
    from added
    select chat_toolset_id, name, true as is_neutral
),

-- what a source lists under a neutral name without a row in seeds.neutral_tools is its own
told_once as (
    from named
    left join sft.agent_tools as own
        on own.target = 'openhands_tools'
        and own.name = named.name
        and is_neutral
    select
        chat_toolset_id,
        named.name,
        arg_min(
            tool_schema(
                named.name,
                coalesce(own.description, named.description, ''),
                coalesce(own.parameters, named.parameters)
            ),
            is_neutral
        ) as tool,
    group by chat_toolset_id, named.name
),

lists as (
    from told_once
    select
        chat_toolset_id,
        string_agg(tool, ',' order by name) as tools,
    group by chat_toolset_id
)

from shown
left join lists using (chat_toolset_id)
select
    chat_toolset_id,
    cast(concat('[', tools, ']') as json) as tools,
order by chat_toolset_id
;
