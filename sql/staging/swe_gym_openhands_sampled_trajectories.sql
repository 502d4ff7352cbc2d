-- staging.swe_gym_openhands_sampled_trajectories_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.swe_gym_openhands_sampled_trajectories
--
-- OpenHands' episodes in OpenAI's form: an assistant's message holds a thought and calls, each answered by a message of
-- the role tool that names its id. Parallel calls come with all their results behind them; here each result stands
-- behind its call. A message is first cut into segments, one per step, as lists, so that step_index is dense without a
-- sort; what a segment says is read afterwards, row by row. What cannot be read stays as text, `unreadable` in the
-- details says why, and the trajectory is excluded.
create or replace table staging.swe_gym_openhands_sampled_trajectories_steps as
with

imported as (
    from raw.swe_gym_openhands_sampled_trajectories
    select
        make_trajectory_id('swe-gym_openhands_sampled_trajectories', source_id, occurrence) as trajectory_id,
        record as landing_index,
        messages,
        list_filter(range(1, len(messages) + 1), lambda position: messages[position].role = 'assistant') as turns,
),

cut as (
    from imported
    select
        trajectory_id,
        landing_index,
        flatten(
            list_transform(
                messages,
                lambda message, position: case
                    when message.role = 'system' then []
                    when message.role = 'user' then [
                        said_segment(
                            'user',
                            -- The task names a tool that the agent was not given under that name.
                            case
                                when position = 2 then replace(
                                    content_text(message.content),
                                    'execute it with `python <filename.py>` using the BashTool',
                                    'execute it'
                                )
                                else content_text(message.content)
                            end,
                            null
                        )
                    ]
                    when message.role is distinct from 'assistant' then [
                        said_segment(
                            case when message.role in ('tool', 'function') then 'tool_result' else 'unknown_result' end,
                            content_text(message.content),
                            message.tool_call_id
                        )
                    ]
                    when len(message.tool_calls) > 0 then list_transform(
                        message.tool_calls,
                        lambda call, number: segment(
                            'json_call',
                            list_position(turns, position) - 1,
                            case when number = 1 then content_text(message.content) end,
                            call."function".name,
                            call."function".arguments,
                            call.id
                        )
                    )
                    when json_type(message.function_call) = 'OBJECT' then [
                        segment(
                            'json_call',
                            list_position(turns, position) - 1,
                            content_text(message.content),
                            message.function_call ->> '$.name',
                            message.function_call ->> '$.arguments',
                            null
                        )
                    ]
                    else [words_segment(list_position(turns, position) - 1, content_text(message.content))]
                end
            )
        ) as segments,
),

numbered as (
    from cut
    select
        trajectory_id,
        landing_index,
        cast(generate_subscripts(segments, 1) - 1 as integer) as step_index,
        unnest(placed_segments(segments)) as place,
),

read as (
    from numbered
    select
        trajectory_id,
        landing_index,
        step_index,
        place.segment.form as form,
        place.segment.turn as turn_index,
        place.segment.thought as thought,
        place.segment.called as called,
        place.segment.text as text,
        place.link.id as tool_call_id,
        place.link.fate as fate,
        case when form = 'json_call' then read_arguments(coalesce(nullif(text, ''), '{}')) end as arguments,
        case when called = 'execute_bash' then arguments ->> '$.command' end as command,
        case
            when form = 'unknown_result' then 'a message of a role that the source does not have'
            when form <> 'json_call' then null
            when coalesce(called, '') = '' then 'a call without a name'
            when arguments is null then 'a call whose arguments are no JSON object with unique keys'
            when called = 'execute_bash' and command is null then 'execute_bash without a command'
        end as problem,
)

from read
select
    trajectory_id,
    'swe-gym_openhands_sampled_trajectories' as dataset,
    landing_index,
    step_index,
    turn_index,
    case
        when turn_index is null then 'text_observation'
        when form = 'words' or problem is not null then 'message_action'
        when called = 'execute_bash' then 'code_action'
        else 'api_action'
    end as class,
    case when turn_index is null then 'observation' else 'action' end as kind,
    case
        when turn_index is not null then 'agent'
        when form = 'user' then 'user'
        else 'environment'
    end as source,
    case class
        when 'text_observation' then
            case
                when form = 'tool_result' then regexp_replace(coalesce(text, ''), '^OBSERVATION:\r?\n?', '')
                else coalesce(text, '')
            end
        when 'message_action' then
            case form
                when 'json_call' then cast(json_object('name', called, 'arguments', text) as varchar)
                else coalesce(text, '')
            end
        when 'code_action' then command
    end as content,
    case when class = 'api_action' then called end as function,
    case when class = 'api_action' then arguments end as arguments,
    case when class = 'code_action' then 'bash' end as language,
    nullif(thought, '') as thought,
    tool_call_id,
    case
        when problem is not null then json_object('unreadable', problem)
        when fate is not null then json_object('result', fate)
        when class = 'code_action' and len(json_keys(arguments)) > 1 then json_object('arguments', arguments)
    end as details,
;

-- staging.swe_gym_openhands_sampled_trajectories_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.swe_gym_openhands_sampled_trajectories, staging.swe_gym_openhands_sampled_trajectories_steps
--
-- Several samples of one issue make a group. The name of a run holds the model, a limit of steps and the version of the
-- agent: `gpt-4o-2024-08-06_maxiter_50_N_v2.1-no-hint-train-t0-run_1`. The extracted form numbers the samples behind
-- the instance: `python__mypy-15976_0`.
create or replace table staging.swe_gym_openhands_sampled_trajectories_trajectories as
with

imported as (
    from raw.swe_gym_openhands_sampled_trajectories
    select
        make_trajectory_id('swe-gym_openhands_sampled_trajectories', source_id, occurrence) as trajectory_id,
        record as landing_index,
        source_id,
        source_file,
        source_row,
        'swe/' || regexp_replace(instance_id, '(-\d+)_\d+$', '\1') as instance,
        resolved,
        run_id,
        chat_system_prompt(messages) as system_prompt,
        case when json_array_length(tools) > 0 then canonical_tools(without_null_members(tools)) end as tools,
        with_extra(
            json_object('instance_id', instance_id, 'run_id', run_id, 'test_result', test_result), raw_extra
        ) as details,
),

endings as (
    from staging.swe_gym_openhands_sampled_trajectories_steps
    select
        landing_index,
        first_unreadable(step_index, details) as problem,
        true as has_steps,
    group by landing_index
)

from imported
left join endings using (landing_index)
select
    trajectory_id,
    'swe-gym_openhands_sampled_trajectories' as dataset,
    landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    instance as task_id,
    instance as group_id,
    resolved as outcome,
    case
        when has_steps is null then 'no_steps'
        when problem is not null then 'unreadable_step'
        when resolved is not true then 'unresolved'
    end as exclusion,
    case exclusion
        when 'unreadable_step' then problem
        when 'unresolved' then case when resolved is null then 'the source gives no verdict' end
    end as exclusion_detail,
    nullif(regexp_extract(run_id, '^(.*?)_maxiter', 1), '') as model,
    'OpenHands' as agent,
    nullif(regexp_extract(run_id, '_N_(v[\d.]+)', 1), '') as agent_version,
    system_prompt,
    tools,
    details,
order by landing_index
;
