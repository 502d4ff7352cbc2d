-- sft.atif
-- grain     one row per trajectory, excluded ones too
-- key       id
-- upstream  standard.datasets, standard.prompts, standard.steps, standard.toolsets, standard.trajectories
--
-- ATIF, the form in which Harbor's agents write their trajectories, v1.7 (v1.8 where a trajectory came in that). A step
-- holds a model call: what the agent says, its calls and their results; what the user or the system says is a step of
-- its own. Ids of steps go from 1. The system prompt is the first step.
--
-- What was taken in as ATIF goes out with all that it said, from the details. Fields that v1.7 does not have stand in
-- `extra`: the form allows no others. Trajectories that nobody is trained on say so in `extra`; those without any step
-- have an empty one, since the form wants one at least.
create or replace view sft.atif as
with

placed as (
    from standard.steps
    select
        *,
        case
            when kind = 'action' then turn_index > coalesce(max(turn_index) over before, -1)
            when source = 'environment' then step_index = 0
            else (details -> '$.part') is null
        end as begins
    window before as (
        partition by dataset, landing_index
        order by step_index
        rows between unbounded preceding and 1 preceding
    )
),

numbered as (
    from placed
    select
        *,
        sum(cast(begins as integer)) over (partition by dataset, landing_index order by step_index) as number,
        class in ('api_action', 'code_action') as is_call,
        kind = 'observation' and source = 'environment' as is_result,
        coalesce(details ->> '$.call_id', tool_call_id) as call_id,
        details -> '$.atif' as rest,
        cast(details ->> '$.atif_place' as integer) as place,
        case
            when not is_result then concat_ws(chr(10) || chr(10), thought, case when not is_call then content end)
        end as words,
),

said as (
    from numbered
    select
        *,
        case
            when is_call then cast(
                rest_in_extra(
                    with_missing_members(
                        json_object(
                            'tool_call_id', call_id,
                            'function_name', case
                                when class = 'api_action' then function
                                when (details ->> '$.function') is not null then details ->> '$.function'
                                when language = 'bash' then 'execute_bash'
                                when language = 'python' then 'execute_ipython_cell'
                                else 'execute_' || language
                            end,
                            'arguments', case
                                when class = 'api_action' then coalesce(arguments, '{}')
                                when json_type(details, '$.arguments') = 'OBJECT' then details -> '$.arguments'
                                when language = 'bash' then json_object('command', content)
                                else json_object('code', content)
                            end
                        ),
                        details -> '$.atif_call'
                    ),
                    ['tool_call_id', 'function_name', 'arguments']
                ) as varchar
            )
        end as call,
        case
            when is_result and (details -> '$.part') is null then {
                'call_id': case when (details -> '$.unlinked') is null then call_id end,
                'rest': rest_in_extra(
                    with_missing_members(
                        coalesce(details -> '$.atif_result', '{}'),
                        case
                            when (details -> '$.no_content') is not null then '{}'::json
                            else json_object(
                                'content', coalesce(
                                    details -> '$.atif_content',
                                    atif_content(
                                        case
                                            when class = 'web_observation' then coalesce(axtree, html, '')
                                            when class = 'text_observation' then content
                                        end,
                                        images
                                    )
                                )
                            )
                        end
                    ),
                    ['content', 'subagent_trajectory_ref']
                ),
                'told': without_members(json_object('url', url, 'name', name, 'reward', reward), ['openai'])
            }
        end as result,
),

steps as (
    from said
    select
        dataset,
        landing_index,
        trajectory_id,
        number,
        bool_or(kind = 'action') as is_agents,
        any_value(source) filter (begins and not is_result) as source,
        arg_min(rest, step_index) filter (begins) as rest,
        arg_min(recorded_at, step_index) filter (begins) as recorded_at,
        arg_min(model, step_index) filter (kind = 'action') as model,
        string_agg(reasoning, chr(10) || chr(10) order by step_index) filter (kind = 'action') as reasoning,
        arg_min(details -> '$.atif_message', step_index) filter (begins) as message,
        string_agg(words, chr(10) || chr(10) order by step_index) filter (words <> '') as text,
        flatten(list(images order by step_index) filter (not is_result and images is not null)) as images,
        list(call order by step_index) filter (is_call) as calls,
        list(call_id order by step_index) filter (is_call) as call_ids,
        list(result order by place, step_index) filter (result is not null) as results,
    group by all
),

bodies as (
    from steps
    select
        dataset,
        landing_index,
        trajectory_id,
        list(
            cast(
                with_missing_members(
                    without_members(
                        json_object(
                            'source', case when is_agents then 'agent' else coalesce(source, 'system') end,
                            'message', coalesce(message, atif_content(coalesce(text, ''), images)),
                            'reasoning_content', reasoning,
                            'model_name', model,
                            'tool_calls', cast('[' || array_to_string(calls, ',') || ']' as json),
                            'observation', case
                                when results is not null then json_object(
                                    'results',
                                    list_transform(
                                        results,
                                        lambda result: with_missing_members(
                                            without_members(
                                                json_object(
                                                    'source_call_id', case
                                                        when list_contains(call_ids, result.call_id) then result.call_id
                                                    end
                                                ),
                                                []
                                            ),
                                            case
                                                when cast(result.told as varchar) = '{}' then result.rest
                                                else with_missing_members(
                                                    result.rest, json_object('extra', result.told)
                                                )
                                            end
                                        )
                                    )
                                )
                            end
                        ),
                        []
                    ),
                    rest_in_extra(
                        with_missing_members(
                            coalesce(rest, '{}'),
                            case
                                when recorded_at is not null then json_object(
                                    'timestamp', strftime(recorded_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')
                                )
                            end
                        ),
                        case
                            when is_agents then [
                                'timestamp', 'reasoning_effort', 'metrics', 'is_copied_context', 'llm_call_count',
                                'tool_calls', 'observation'
                            ]
                            else ['timestamp', 'is_copied_context', 'llm_call_count', 'observation']
                        end
                    )
                ) as varchar
            )
            order by number
        ) as told,
    group by dataset, landing_index, trajectory_id
),

whole as (
    from standard.trajectories as trajectories
    join standard.datasets as datasets using (dataset)
    left join bodies using (dataset, landing_index, trajectory_id)
    left join standard.prompts as prompts using (prompt_id)
    left join standard.toolsets as toolsets using (toolset_id)
    select
        trajectories.trajectory_id,
        trajectories.dataset,
        trajectories.landing_index,
        coalesce(datasets.format = 'atif', false) as is_as_taken_in,
        trajectories.details,
        list_concat(
            case
                when is_as_taken_in then list_transform(
                    json_extract(trajectories.details, '$.prompts[*]'),
                    lambda step: cast(
                        rest_in_extra(
                            without_members(step, ['step_id']),
                            ['source', 'message', 'timestamp', 'is_copied_context', 'llm_call_count']
                        ) as varchar
                    )
                )
                when prompts.text is not null
                    then [cast(json_object('source', 'system', 'message', prompts.text) as varchar)]
                else []
            end,
            coalesce(told, [])
        ) as told,
        case
            when is_as_taken_in then rest_in_extra(
                with_missing_members(
                    case
                        when json_type(trajectories.details, '$.agent') = 'OBJECT'
                            then without_members(trajectories.details -> '$.agent', [])
                        else '{}'::json
                    end,
                    '{"name":"unknown","version":"unknown"}'
                ),
                ['name', 'version', 'model_name', 'tool_definitions']
            )
            else without_members(
                json_object(
                    'name', coalesce(agent, 'unknown'),
                    'version', coalesce(agent_version, 'unknown'),
                    'model_name', trajectories.model,
                    'tool_definitions', toolsets.tools
                ),
                []
            )
        end as agent,
        case
            when is_as_taken_in then rest_in_extra(
                without_members(trajectories.details, ['schema_version', 'agent', 'prompts']),
                [
                    'session_id', 'trajectory_id', 'notes', 'final_metrics', 'continued_trajectory_ref',
                    'subagent_trajectories'
                ]
            )
            else json_object(
                'trajectory_id', trajectories.trajectory_id,
                'extra', with_missing_members(
                    without_members(
                        json_object(
                            'dataset', trajectories.dataset,
                            'task_id', task_id,
                            'outcome', outcome,
                            'reward', trajectories.reward,
                            'exclusion', exclusion,
                            'exclusion_detail', exclusion_detail
                        ),
                        []
                    ),
                    trajectories.details
                )
            )
        end as rest,
)

from whole
select
    trajectory_id as id,
    cast(
        concat(
            '{"schema_version":"',
            case
                when is_as_taken_in and (details ->> '$.schema_version') = 'ATIF-v1.8' then 'ATIF-v1.8'
                else 'ATIF-v1.7'
            end,
            '","agent":', agent,
            ',"steps":[',
            case
                when len(told) = 0 then '{"step_id":1,"source":"system","message":""}'
                else array_to_string(
                    list_transform(told, lambda step, number: concat('{"step_id":', number, ',', step[2:])), ','
                )
            end,
            ']',
            case when cast(rest as varchar) <> '{}' then ',' || cast(rest as varchar)[2:] else '}' end
        ) as json
    ) as trajectory,
    dataset,
order by dataset, landing_index
;

from sft.atif;
