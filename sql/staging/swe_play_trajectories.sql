-- staging.swe_play_trajectories_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.swe_play_trajectories
--
-- OpenHands' episodes as its models write them: a call in tags, the result in a user's message behind `EXECUTION RESULT
-- of [execute_bash]:`. The sampler stops at the end of a call, which is why the last one lacks it:
--     <function=finish>
--     <parameter=message>All tests pass.</parameter>
create or replace table staging.swe_play_trajectories_steps as
with

imported as (
    from raw.swe_play_trajectories
    select
        make_trajectory_id('swe-play-trajectories', source_id, occurrence) as trajectory_id,
        record as landing_index,
        messages,
        list_filter(
            range(1, len(messages) + 1), lambda position: messages[position].role = 'assistant'
        ) as turns,
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
                    when message.role is distinct from 'assistant' then [
                        segment(
                            case
                                when message.role is null or message.role not in ('user', 'tool') then 'unknown_result'
                                when regexp_matches(message.content, '^EXECUTION RESULT of \[[\w.-]+\]:')
                                    then 'marked_result'
                                else 'user'
                            end,
                            null, null, null, content_text(message.content), null
                        )
                    ]
                    when calls_in_tags(content_text(message.content))
                        then function_call_segments(
                            with_call_end(content_text(message.content)), list_position(turns, position) - 1
                        )
                    else [
                        segment(
                            'words', list_position(turns, position) - 1, null, null, content_text(message.content), null
                        )
                    ]
                end
            )
        ) as segments,
),

placed as (
    from cut
    select
        trajectory_id,
        landing_index,
        cast(generate_subscripts(segments, 1) - 1 as integer) as step_index,
        unnest(placed_segments(segments)) as place,
),

named as (
    from placed
    select
        * exclude (place),
        place.segment.form as form,
        place.segment.turn as turn_index,
        place.segment.text as text,
        without_outer_blanks(place.segment.thought) as thought,
        place.link.id as tool_call_id,
        place.link.fate as fate,
        case when form = 'xml_call' then tag_call(text, editor_types()) end as call,
),

read as (
    from named
    select
        *,
        case call.called when 'execute_bash' then 'bash' when 'execute_ipython_cell' then 'python' end as language,
        case call.called
            when 'execute_bash' then call.arguments ->> '$.command'
            when 'execute_ipython_cell' then call.arguments ->> '$.code'
        end as code,
        case
            when form = 'unknown_result' then 'a message of a role that the source does not have'
            when form = 'open_call' then 'a call without its end'
            when call.problem is not null then call.problem
            when language is not null and code is null then call.called || ' without its code'
        end as problem,
)

from read
select
    trajectory_id,
    'swe-play-trajectories' as dataset,
    landing_index,
    step_index,
    turn_index,
    case
        when turn_index is null then 'text_observation'
        when not ends_with(form, '_call') or problem is not null then 'message_action'
        when language is not null then 'code_action'
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
                when form = 'marked_result' then regexp_replace(text, '^EXECUTION RESULT of \[[\w.-]+\]:\r?\n?', '')
                else coalesce(text, '')
            end
        when 'message_action' then
            case when form in ('xml_call', 'open_call') then '<function=' || text else coalesce(text, '') end
        when 'code_action' then code
    end as content,
    case when class = 'api_action' then call.called end as function,
    case when class = 'api_action' then call.arguments end as arguments,
    case when class = 'code_action' then language end as language,
    thought,
    tool_call_id,
    case
        when problem is not null then json_object('unreadable', problem)
        when fate is not null then json_object('result', fate)
        when form = 'user' and step_index > 0 then json_object('adp_source', 'environment')
        when class = 'code_action' and len(json_keys(call.arguments)) > 1 then json_object('arguments', call.arguments)
    end as details,
;

-- staging.swe_play_trajectories_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.swe_play_trajectories, staging.swe_play_trajectories_steps
--
-- The source gives no verdict: what is published was chosen by its authors. `source` names the project that an episode
-- works on, `category` the kind of work.
create or replace table staging.swe_play_trajectories_trajectories as
with

imported as (
    from raw.swe_play_trajectories
    select
        make_trajectory_id('swe-play-trajectories', source_id, occurrence) as trajectory_id,
        record as landing_index,
        source_id,
        source_file,
        source_row,
        task_hash(content_text(list_filter(messages, lambda message: message.role = 'user')[1].content)) as task_id,
        chat_system_prompt(messages) as system_prompt,
        -- a merge drops members that are null
        with_extra(json_merge_patch('{}', json_object('category', category, 'source', source)), raw_extra) as details,
),

endings as (
    from staging.swe_play_trajectories_steps
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
    'swe-play-trajectories' as dataset,
    landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_id,
    case
        when has_steps is null then 'no_steps'
        when problem is not null then 'unreadable_step'
    end as exclusion,
    case exclusion when 'unreadable_step' then problem end as exclusion_detail,
    'OpenHands' as agent,
    system_prompt,
    details,
order by landing_index
;
