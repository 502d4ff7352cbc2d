-- sft.call_misfits
-- grain     one row per agent and trajectory with a call that does not fit the signature which the agent sees
-- key       target, trajectory_id
-- upstream  sft.agent_tools, sft.tool_names, standard.actions, standard.dataset_toolsets, standard.datasets,
--           standard.tools, standard.trajectory_toolsets
--
-- The first such call of each. A call is held against the signature of the agent's own tool where it has one of that
-- name, else against that of the trajectory's set of tools, where OpenHands' tools count for OpenHands only, but for a
-- `think` that the catalogue lists: it does nothing, so that any agent can call it. Calls are told apart by the shape
-- of their arguments (json_structure), so that each shape is checked once, however many calls have it.
create or replace table sft.call_misfits as
with

calls as (
    from standard.actions as actions
    left join standard.trajectory_toolsets using (trajectory_id)
    select
        trajectory_id,
        step_index,
        dataset,
        coalesce(toolset_id, '') as toolset_id,
        function,
        cast(json_structure(actions.arguments) as varchar) as shape,
    -- every agent has its own way to finish
    where class = 'api_action' and function <> 'finish'
),

call_shapes as (
    from calls
    select distinct dataset, toolset_id, function, shape
),

-- datasets may share one set
catalogued as (
    from standard.dataset_toolsets
    select distinct toolset_id
),

signatures as (
    from call_shapes
    join standard.datasets as datasets using (dataset)
    cross join (values ('openhands'), ('openhands_tools'), ('sweagent'), ('agentlab')) as targets (target)
    left join sft.tool_names as neutral
        on targets.target = 'openhands_tools'
        and neutral.dataset = call_shapes.dataset
        and neutral.kind = 'function'
        and neutral.name = call_shapes.function
    left join sft.agent_tools as own
        on own.target = targets.target
        and own.name = coalesce(neutral.tool, call_shapes.function)
        and (own.called_in is null or own.called_in = datasets.code_tool)
    left join catalogued using (toolset_id)
    left join sft.agent_tools as of_openhands
        on of_openhands.target = 'openhands'
        and of_openhands.name = call_shapes.function
        and of_openhands.called_in is null
    left join standard.tools as listed
        on listed.toolset_id = call_shapes.toolset_id
        and listed.name = call_shapes.function
        and (
            of_openhands.name is null
            or targets.target = 'openhands_tools'
            or (listed.name = 'think' and catalogued.toolset_id is not null)
        )
    select
        targets.target,
        call_shapes.dataset,
        call_shapes.toolset_id,
        call_shapes.function,
        call_shapes.shape,
        neutral.renames,
        case
            -- a function that a source lists under the name of a neutral tool is its own
            when targets.target = 'openhands_tools' and neutral.tool is null
                then coalesce(listed.parameters, own.parameters)
            when own.called_in is null then coalesce(own.parameters, listed.parameters)
            else coalesce(listed.parameters, own.parameters)
        end as parameters,
),

spelt_out as (
    from signatures
    select
        *,
        flatten(tool_parameters(parameters)) as declared,
        -- of an empty object json_structure only says that it is JSON
        map_entries(
            cast(
                cast(
                    renamed_arguments(cast(case shape when '"JSON"' then '{}' else shape end as json), renames) as json
                ) as map(varchar, json)
            )
        ) as given,
),

verdicts as (
    from spelt_out
    select
        target,
        dataset,
        toolset_id,
        function,
        shape,
        case when parameters is null then 'unknown_tool' else 'misfit_call' end as reason,
        case
            when parameters is null then function
            else coalesce(
                function || ' has no parameter ' || list_filter(
                    given,
                    lambda argument: not list_contains(list_transform(declared, lambda p: p.name), argument.key)
                        and coalesce(parameters ->> '$.additionalProperties', 'false') <> 'true'
                )[1].key,
                function || ' needs ' || list_filter(
                    declared,
                    lambda parameter: parameter.needed
                        and not list_contains(list_transform(given, lambda g: g.key), parameter.name)
                )[1].name,
                function || ' takes no such value as ' || list_filter(
                    declared,
                    lambda parameter: len(
                        list_filter(
                            given,
                            lambda argument: argument.key = parameter.name
                                and not shape_fits(parameter.schema, argument.value, parameter.needed)
                        )
                    ) > 0
                )[1].name
            )
        end as detail,
)

from calls
join verdicts using (dataset, toolset_id, function, shape)
select
    target,
    trajectory_id,
    arg_min(reason, step_index) as reason,
    arg_min(detail, step_index) as detail,
where detail is not null
group by target, trajectory_id
;
