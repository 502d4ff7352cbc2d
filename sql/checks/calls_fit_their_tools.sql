-- Every call that an agent is trained on names a tool that it has and fits that tool's parameters: a model must not
-- learn calls that fail.
--
-- The agent's own tools stand before those of the trajectory's set; browser actions of the agent only fill gaps. Where
-- calls have other names than in standard, what is rendered is checked: tool_calls_are_answered, commands_come_alone.
with

targets as (
    from seeds.agent_tools
    select distinct target
    where target not in ('mini_swe_agent', 'openhands_tools')
),

calls as (
    from standard.actions as actions
    join standard.trajectories as trajectories using (trajectory_id)
    select
        trajectory_id,
        step_index,
        toolset_id,
        function,
        list_sort(json_keys(actions.arguments)) as names,
    -- every agent has its own way to finish
    where class = 'api_action' and function is distinct from 'finish'
),

-- few against the calls: each is looked at once
forms as (
    from calls
    cross join targets
    anti join sft.exclusions as exclusions using (target, trajectory_id)
    select
        target,
        toolset_id,
        function,
        names,
        count(*) as calls,
        arg_min(trajectory_id, trajectory_id) as trajectory_id,
    group by all
),

known_forms as (
    from forms
    left join seeds.agent_tools as own on own.target = forms.target and own.name = forms.function
    left join standard.tools as listed on listed.toolset_id = forms.toolset_id and listed.name = forms.function
    select
        forms.*,
        case
            when own.called_in is null then coalesce(own.parameters, listed.parameters)
            else coalesce(listed.parameters, own.parameters)
        end as parameters,
),

judged_forms as (
    from known_forms
    select
        *,
        case
            when parameters is null then 'no such tool'
            when names is null then 'arguments are no object'
            when not list_has_all(coalesce(json_keys(parameters, '$.properties'), []), names)
                and coalesce(parameters ->> '$.additionalProperties', 'false') <> 'true' then 'unknown parameter'
            when not list_has_all(names, coalesce(from_json(parameters -> '$.required', '["VARCHAR"]'), []))
                then 'missing parameter'
        end as problem,
)

from judged_forms
select target, function, names, problem, calls, trajectory_id
where problem is not null
;
