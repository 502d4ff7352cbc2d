-- sft.chat_tools
-- grain     one row per trajectory of sft.openhands_tools, test data too
-- key       trajectory_id
-- upstream  sft.exchanges, sft.framed, sft.tool_names, standard.actions, standard.tools
--
-- Which tools a trajectory is shown with: those of its own set (toolset_id), and in `further` those that it calls
-- although no source lists them, such as the shell that runs its code. Trajectories with the same `chat_toolset_id`
-- have the same list, which sft.chat_toolsets holds once.
create or replace table sft.chat_tools as
with

kept as (
    from sft.framed
    select trajectory_id, dataset, landing_index, toolset_id
    where target = 'openhands_tools'
),

called as (
    from standard.actions as actions
    join kept using (trajectory_id)
    join sft.exchanges as exchanges
        on exchanges.trajectory_id = actions.trajectory_id
        and exchanges.step_index = actions.step_index
    select distinct
        actions.trajectory_id,
        kept.dataset,
        toolset_id,
        class,
        coalesce(function, language) as name,
    where is_call
),

unlisted as (
    from called
    left join sft.tool_names as names
        on names.dataset = called.dataset
        and names.kind = case class when 'code_action' then 'language' else 'function' end
        and names.name = called.name
    left join standard.tools as listed
        on listed.toolset_id = called.toolset_id
        and listed.name = called.name
        and class = 'api_action'
    select
        trajectory_id,
        list(
            distinct coalesce(names.tool, case class when 'code_action' then 'run_code' else called.name end)
            order by coalesce(names.tool, case class when 'code_action' then 'run_code' else called.name end)
        ) as tools,
    where listed.name is null
    group by trajectory_id
)

from kept
left join unlisted using (trajectory_id)
select
    trajectory_id,
    dataset,
    landing_index,
    toolset_id,
    coalesce(unlisted.tools, []) as further,
    md5(concat_ws(chr(10), dataset, coalesce(toolset_id, ''), array_to_string(further, chr(10)))) as chat_toolset_id,
order by dataset, landing_index
;
