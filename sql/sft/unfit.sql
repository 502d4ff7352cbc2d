-- sft.unfit
-- grain     one row per trajectory that no agent is trained on (target is '*'), and per target of a dataset that suits
--           it which it cannot be trained on
-- key       target, trajectory_id
-- upstream  seeds.targets, sft.agent_tools, sft.codeact_misfits, sft.command_misfits, sft.endings,
--           sft.proactive_misfits, sft.tool_names, standard.actions, standard.axtrees, standard.dataset_toolsets,
--           standard.datasets, standard.stacked_trajectories, standard.steps, standard.tools,
--           standard.trajectory_toolsets
--
-- The part of sft.exclusions that is read off the steps: the first reason that holds, in the order of the cases below.
-- What sets of the Speculative Tool Actions cannot have is in sft.decision_misfits.
-- Codes are those of seeds.exclusion_reasons. A call is held against the signature that the agent will see: that of its
-- own tool where it has one of that name, else that of the trajectory's set of tools, where OpenHands' tools count for
-- OpenHands only, but for a `think` that the catalogue lists: it does nothing, so that any agent can call it. Calls are
-- told apart by the shape of their arguments (json_structure), so that each shape is checked once, however many calls
-- have it.
create or replace table sft.unfit as
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
),

misfits as (
    from calls
    join verdicts using (dataset, toolset_id, function, shape)
    select
        target,
        trajectory_id,
        arg_min(reason, step_index) as reason,
        arg_min(detail, step_index) as detail,
    where detail is not null
    group by target, trajectory_id
),

contents as (
    from standard.steps
    select
        trajectory_id,
        count(*) filter (class = 'web_observation') as pages,
        count(*) filter (class = 'web_observation' and axtree is null) as pages_without_tree,
        count(*) filter (class = 'image_observation') as images,
        count(*) filter (class = 'image_observation' and images is null) as unnamed_images,
        count(*) filter (class = 'code_action') as codes,
        min(language) filter (class = 'code_action' and language not in ('bash', 'python')) as foreign_language,
        -- what a call returns is said to be that, even where it is empty
        min(step_index) filter (
            class in ('message_action', 'text_observation')
            and (source = 'user' or tool_call_id is null)
            and thought is null
            and is_blank(content)
        ) as empty_step,
        arg_max(trainable, step_index) filter (kind = 'action') as ends_in_training,
    group by trajectory_id
),

-- pages that come as HTML, and acts on them: what of it no browser could show
lacks as (
    from standard.axtrees
    select
        trajectory_id,
        arg_min(lack, step_index) as lack,
        arg_min(reason, step_index) as unseen_detail,
    where lack is not null
    group by trajectory_id
),

-- what no agent is trained on comes first, whatever else holds
candidates as (
    from standard.stacked_trajectories as trajectories
    left join sft.endings as endings using (trajectory_id)
    left join contents using (trajectory_id)
    left join lacks using (trajectory_id)
    -- of a corpus that is not in the catalogue nobody knows whom it suits: it is judged by its steps alone
    left join standard.datasets as datasets on datasets.dataset = trajectories.dataset
    select
        trajectory_id,
        trajectories.dataset,
        is_web,
        pages,
        coalesce(lack, case when pages_without_tree > 0 then 'no_axtree' end) as unseen,
        unseen_detail,
        images,
        unnamed_images,
        codes,
        foreign_language,
        coalesce(empty_step = last_step, false) as ends_empty,
        case
            when exclusion <> 'test_data' then exclusion
            when ending is null then 'no_steps'
            when first_kind = 'action' then 'no_task'
            when ending = 'none' then 'no_actions'
            when ending = 'observation' then 'truncated'
            -- last words become a finish, which may say nothing
            when empty_step < last_step or (empty_step = last_step and ending <> 'message') then 'unreadable_step'
            when not ends_in_training then 'not_trained'
        end as common_reason,
        case
            when exclusion is not null then exclusion_detail
            when common_reason = 'unreadable_step' then concat('step ', empty_step, ' is empty')
            when common_reason = 'not_trained' then 'the last thing that the agent does must not be learnt from'
        end as common_detail,
),

suits as (
    from standard.datasets
    join seeds.targets on list_has_any(agents, suits)
    select dataset, target, waives,
    where kin is null
),

suited as (
    from candidates
    join suits on suits.dataset = candidates.dataset
    left join misfits using (target, trajectory_id)
    left join sft.command_misfits as commands
        on commands.trajectory_id = candidates.trajectory_id and suits.target = 'mini_swe_agent'
    left join sft.codeact_misfits as codeact
        on codeact.trajectory_id = candidates.trajectory_id and suits.target = 'codeact'
    left join sft.proactive_misfits as proactive using (target, trajectory_id)
    select
        target,
        trajectory_id,
        case target
            when 'openhands' then
                case
                    when unnamed_images > 0 then 'image'
                    when unseen is not null then unseen
                    else misfits.reason
                end
            when 'openhands_tools' then
                case
                    when ends_empty then 'unreadable_step'
                    when unnamed_images > 0 then 'image'
                    when unseen is not null then unseen
                    else misfits.reason
                end
            when 'sweagent' then
                case
                    when images > 0 then 'image'
                    when pages > 0 then 'web'
                    when foreign_language is not null then 'other_language'
                    else misfits.reason
                end
            when 'mini_swe_agent' then
                case
                    when images > 0 then 'image'
                    when pages > 0 then 'web'
                    else commands.misfit
                end
            when 'agentlab' then
                case
                    when is_web and pages = 0 then 'not_web'
                    when images > 0 then 'image'
                    when unseen is not null then unseen
                    when codes > 0 then 'other_language'
                    else misfits.reason
                end
            when 'codeact' then
                case
                    when images > 0 then 'image'
                    when pages > 0 then 'web'
                    when foreign_language is not null then 'other_language'
                    else codeact.reason
                end
            when 'proactive_agent' then proactive.reason
            when 'reward' then proactive.reason
        end as unfit_for,
        case
            when unfit_for = unseen then unseen_detail
            when unfit_for = 'unreadable_step' then 'the last step is empty'
            when unfit_for = 'other_language' then foreign_language
            when unfit_for = misfits.reason then misfits.detail
            when unfit_for = commands.misfit then commands.misfit_detail
            when unfit_for = codeact.reason then codeact.detail
            when unfit_for = proactive.reason then proactive.detail
        end as unfit_detail,
    where common_reason is null or list_contains(waives, common_reason)
)

from candidates
select '*' as target, trajectory_id, common_reason as reason, common_detail as detail
where common_reason is not null
union all
from suited
select target, trajectory_id, unfit_for, unfit_detail
where unfit_for is not null
order by target, trajectory_id
;
