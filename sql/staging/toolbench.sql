-- staging.toolbench_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.toolbench
--
-- Episodes of an agent that calls web services in three labelled lines:
--     Thought: I ask for the weather first.
--     Action: forecast_for_weather_api
--     Action Input: {"city": "Oslo"}
-- What comes back is a message of the role `function`. It ends with `Action: Finish`, whose `return_type` is
-- `give_answer`: then the answer is the agent's last message, and the details name the call; or
-- `give_up_and_restart`, which stays a call. `Begin!` behind the question is the prompt's, not the user's: it is cut
-- off. What cannot be read stays as text, `unreadable` in the details says why, and the trajectory is excluded.
create or replace table staging.toolbench_steps as
with

imported as (
    from raw.toolbench
    select
        make_trajectory_id('toolbench', source_id, occurrence) as trajectory_id,
        record as landing_index,
        parallel_messages(conversations) as messages,
        list_filter(range(1, len(messages) + 1), lambda place: messages[place].role = 'assistant') as turns,
),

cut as (
    from imported
    select
        trajectory_id,
        landing_index,
        flatten(
            list_transform(
                messages,
                lambda message, place: case
                    when message.role = 'system' then []
                    when message.role = 'assistant'
                        then prose_call_segments(message.content, list_position(turns, place) - 1)
                    else [
                        said_segment(
                            case
                                when message.role in ('user', 'function') then message.role || '_result'
                                else 'unknown_result'
                            end,
                            message.content,
                            null
                        )
                    ]
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

named as (
    from numbered
    select
        trajectory_id,
        landing_index,
        step_index,
        place.segment.form as form,
        place.segment.turn as turn_index,
        place.segment.thought as thought,
        place.segment.text as text,
        place.segment.called as called,
        place.link.id as tool_call_id,
        place.link.fate as fate,
        case when form = 'prose_call' then read_arguments(coalesce(nullif(text, ''), '{}')) end as arguments,
        case
            when form = 'unknown_result' then 'a message of a role that the source does not have'
            when form <> 'prose_call' then null
            when is_blank(called) then 'a call without a name'
            when arguments is null then 'a call whose arguments are no JSON object with unique keys'
        end as problem,
)

from named
select
    trajectory_id,
    'toolbench' as dataset,
    landing_index,
    step_index,
    turn_index,
    case
        when turn_index is null then 'text_observation'
        when form = 'prose_call' and problem is null then 'api_action'
        else 'message_action'
    end as class,
    case when turn_index is null then 'observation' else 'action' end as kind,
    case
        when turn_index is not null then 'agent'
        when form = 'user_result' then 'user'
        else 'environment'
    end as source,
    case
        when form = 'user_result'
            then coalesce(without_outer_blanks(regexp_replace(coalesce(text, ''), '(^|\n)\s*Begin!\s*$', '')), '')
        when class = 'api_action' then null
        when form = 'prose_call' then concat('Action: ', called, chr(10), 'Action Input: ', text)
        else coalesce(text, '')
    end as content,
    case when class = 'api_action' then called end as function,
    case when class = 'api_action' then arguments end as arguments,
    thought,
    -- the user answers no call
    case when form <> 'user_result' then tool_call_id end as tool_call_id,
    case
        when problem is not null then json_object('unreadable', problem)
        when form = 'answer_words' then json_object('function', called, 'return_type', 'give_answer')
        when fate is not null then json_object('result', fate)
    end as details,
;

-- staging.toolbench_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.toolbench, staging.toolbench_steps
--
-- The system prompt lists the services as Python would write them; they are the trajectory's tools. Nobody checked the
-- answers, so there is no outcome: `agent_verdict` in the details is what the agent itself says, true where it gives an
-- answer and false where it gives up. The task is the question.
create or replace table staging.toolbench_trajectories as
with

imported as (
    from raw.toolbench
    select
        make_trajectory_id('toolbench', source_id, occurrence) as trajectory_id,
        record as landing_index,
        source_id,
        source_file,
        source_row,
        raw_extra,
        chat_system_prompt(parallel_messages(conversations)) as system_prompt,
        regexp_extract(system_prompt, '(?s)APIs:\s*(\[.*\])\s*$', 1) as declared,
),

endings as (
    from staging.toolbench_steps
    select
        landing_index,
        first_unreadable(step_index, details) as problem,
        arg_min(content, step_index) filter (source = 'user') as task,
        max(step_index) as last_step,
        max(step_index) filter (kind = 'action') as last_action,
        arg_max(
            case
                when details ->> '$.return_type' = 'give_answer' then 'answer'
                when lower(function) = 'finish' then 'surrender'
                else 'other'
            end,
            step_index
        ) filter (kind = 'action') as ending,
        true as has_steps,
    group by landing_index
)

from imported
left join endings using (landing_index)
select
    trajectory_id,
    'toolbench' as dataset,
    landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(task) as task_id,
    case
        when has_steps is null then 'no_steps'
        when problem is not null then 'unreadable_step'
        when ending = 'surrender' then 'unresolved'
        when ending is distinct from 'answer' or last_action < last_step then 'incomplete'
    end as exclusion,
    case exclusion
        when 'unreadable_step' then problem
        when 'unresolved' then 'the agent gives up'
        when 'incomplete' then 'it does not end in a Finish'
    end as exclusion_detail,
    system_prompt,
    coalesce(listed_tools(declared), listed_tools(cast(python_json(declared) as varchar))) as tools,
    with_extra(
        case ending
            when 'answer' then json('{"agent_verdict":true}')
            when 'surrender' then json('{"agent_verdict":false}')
            else case when raw_extra is not null then json('{}') end
        end,
        raw_extra
    ) as details,
order by landing_index
;
