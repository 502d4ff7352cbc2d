-- staging.nebius_swe_agent_trajectories_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.nebius_swe_agent_trajectories
--
-- SWE-agent's episodes in its older form: a discussion, then one command in a fence. Commands of the editor with a
-- window are calls of functions, everything else goes to the shell as it is:
--     search_dir "class Clock" src
--     edit 5:7
--         return self.hands
--     end_of_edit
-- A command that stands on the line of its fence is read, too. Who speaks behind the task is always the environment.
create or replace table staging.nebius_swe_agent_trajectories_steps as
with

imported as (
    from raw.nebius_swe_agent_trajectories
    select
        make_trajectory_id('nebius_SWE-agent-trajectories', source_id, occurrence) as trajectory_id,
        record as landing_index,
        trajectory as messages,
        list_filter(
            range(1, len(messages) + 1), lambda position: messages[position].role in ('ai', 'assistant')
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
                    when message.role is null or message.role not in ('ai', 'assistant') then [
                        segment(
                            case
                                when message.role is distinct from 'user' then 'unknown_result'
                                when position < coalesce(turns[1], position + 1) then 'task'
                                else 'shell_result'
                            end,
                            null, null, null, message.text, null
                        )
                    ]
                    when contains(message.text, '```')
                        then fenced_call_segments(message.text, list_position(turns, position) - 1)
                    else [segment('words', list_position(turns, position) - 1, null, null, message.text, null)]
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
        without_headings(place.segment.thought) as thought,
        place.link.id as tool_call_id,
        place.link.fate as fate,
        -- what is behind the fence's own line, or on it where there is nothing else
        case
            when form = 'fenced_call' then coalesce(
                nullif(regexp_replace(behind_first_line(text), '^\n|\s+$', '', 'g'), ''),
                nullif(
                    regexp_replace(first_line(text), '^\s*((bash|sh|shell|console|python)\b)?\s*|\s+$', '', 'g'), ''
                ),
                ''
            )
        end as command,
),

read as (
    from named
    select
        *,
        case when form = 'fenced_call' then window_command(command) end as call,
)

from read
select
    trajectory_id,
    'nebius_SWE-agent-trajectories' as dataset,
    landing_index,
    step_index,
    turn_index,
    case
        when turn_index is null then 'text_observation'
        when form = 'words' or command = '' then 'message_action'
        when call is null then 'code_action'
        else 'api_action'
    end as class,
    case when turn_index is null then 'observation' else 'action' end as kind,
    case
        when turn_index is not null then 'agent'
        when form = 'task' then 'user'
        else 'environment'
    end as source,
    case class
        when 'code_action' then command
        when 'api_action' then null
        when 'message_action' then
            case when form = 'words' then coalesce(text, '') else concat('```', text, chr(10), '```') end
        else coalesce(text, '')
    end as content,
    case when class = 'api_action' then call.called end as function,
    case when class = 'api_action' then call.arguments end as arguments,
    case when class = 'code_action' then 'bash' end as language,
    thought,
    tool_call_id,
    case
        when form = 'unknown_result' then json_object('unreadable', 'a message of a role that the source does not have')
        when command = '' then json_object('unreadable', 'a fence without a command')
        when call.behind is not null then json_object('behind', call.behind)
        when fate is not null then json_object('result', fate)
        when form = 'shell_result' then json_object('adp_source', 'user')
    end as details,
;

-- staging.nebius_swe_agent_trajectories_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.nebius_swe_agent_trajectories, staging.nebius_swe_agent_trajectories_steps
--
-- `target` says whether the patch makes the issue's tests pass. Several samples of one issue make a group; the
-- extracted form numbers them behind the instance: `owner__repo-366_17`. An episode may have ended without a submit,
-- for lack of room: what was changed until then was judged all the same.
create or replace table staging.nebius_swe_agent_trajectories_trajectories as
with

imported as (
    from raw.nebius_swe_agent_trajectories
    select
        make_trajectory_id('nebius_SWE-agent-trajectories', source_id, occurrence) as trajectory_id,
        record as landing_index,
        source_id,
        source_file,
        source_row,
        'swe/' || regexp_replace(instance_id, '(-\d+)_\d+$', '\1') as instance,
        target,
        model_name,
        nullif(
            array_to_string(
                list_transform(
                    list_filter(trajectory, lambda message: message.role = 'system'),
                    lambda message: coalesce(message.text, message.system_prompt, '')
                ),
                chr(10) || chr(10)
            ),
            ''
        ) as system_prompt,
        -- a merge drops members that are null
        with_extra(
            json_merge_patch(
                '{}',
                json_object(
                    'instance_id', instance_id,
                    'exit_status', exit_status,
                    'generated_patch', generated_patch,
                    'eval_logs', eval_logs,
                    'cutoff_date',
                    list_filter(trajectory, lambda message: message.cutoff_date is not null)[1].cutoff_date
                )
            ),
            raw_extra
        ) as details,
),

endings as (
    from staging.nebius_swe_agent_trajectories_steps
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
    'nebius_SWE-agent-trajectories' as dataset,
    landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    instance as task_id,
    instance as group_id,
    target as outcome,
    case
        when has_steps is null then 'no_steps'
        when problem is not null then 'unreadable_step'
        when target is not true then 'unresolved'
    end as exclusion,
    case exclusion
        when 'unreadable_step' then problem
        when 'unresolved' then case when target is null then 'the source gives no verdict' end
    end as exclusion_detail,
    model_name as model,
    'SWE-agent' as agent,
    system_prompt,
    details,
order by landing_index
;
