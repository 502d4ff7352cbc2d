-- staging.mini_coder_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.mini_coder
--
-- mini-swe-agent's episodes: a thought behind `THOUGHT:`, then the one block of bash that a message may hold. What
-- comes back is `<returncode>0</returncode>` and `<output>` ... `</output>`: the output is the observation, the code
-- goes to its details. Where an output is too long, a command takes too long or a message has no block or several,
-- words of the agent's program come back instead, and stay as they are.
--
-- The agent hands in by a command, `echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && git diff`, which is its `submit`;
-- what that prints is no observation but the end, and goes to the details, too. Some messages call in tags instead:
-- `<function=submit>`.
create or replace table staging.mini_coder_steps as
with

imported as (
    from raw.mini_coder
    select
        make_trajectory_id('mini-coder', source_id, occurrence) as trajectory_id,
        record as landing_index,
        list_transform(
            messages, lambda message: {'role': message.role, 'content': content_text(message.content)}
        ) as all_messages,
        list_filter(
            range(1, len(messages) + 1), lambda position: messages[position].role = 'assistant'
        ) as turns,
        turns[-1] as last_turn,
        coalesce(
            bash_block_count(all_messages[last_turn].content) = 1
            and regexp_matches(
                all_messages[last_turn].content,
                '\becho\s+["'']?(COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT|(MINI|MICRO)_SWE_AGENT_FINAL_OUTPUT)\b'
            )
            and (
                len(all_messages) = last_turn
                or (
                    len(all_messages) = last_turn + 1
                    and not starts_with(coalesce(all_messages[last_turn + 1].content, ''), '<returncode>')
                )
            ),
            false
        ) as hands_in,
        case when hands_in then all_messages[:last_turn] else all_messages end as kept_messages,
        case when hands_in then all_messages[last_turn + 1].content end as handed_in,
),

cut as (
    from imported
    select
        trajectory_id,
        landing_index,
        hands_in,
        handed_in,
        len(turns) - 1 as last_turn_index,
        flatten(
            list_transform(
                kept_messages,
                lambda message, position: case
                    when message.role = 'system' then []
                    when message.role is distinct from 'assistant' then [
                        segment(
                            case
                                when message.role is null or message.role not in ('user', 'tool') then 'unknown_result'
                                when position < coalesce(turns[1], position + 1) then 'task'
                                else 'shell_result'
                            end,
                            null,
                            null,
                            null,
                            message.content,
                            null
                        )
                    ]
                    -- of several blocks none is run, unless the answer shows that the first one was
                    when bash_block_count(message.content) = 1
                        or (
                            bash_block_count(message.content) > 1
                            and starts_with(kept_messages[position + 1].content, '<returncode>')
                        )
                        then bash_block_segments(message.content, list_position(turns, position) - 1)
                    when calls_in_tags(message.content) and bash_block_count(message.content) = 0
                        then function_call_segments(message.content, list_position(turns, position) - 1)
                    else [segment('words', list_position(turns, position) - 1, null, null, message.content, null)]
                end
            )
        ) as segments,
),

placed as (
    from cut
    select
        trajectory_id,
        landing_index,
        hands_in,
        handed_in,
        last_turn_index,
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
        form = 'fenced_call' and hands_in and turn_index = last_turn_index as is_end,
        case when form = 'xml_call' then tag_call(text, editor_types()) end as tag,
        -- the marks around an output that comes plainly
        case
            when form = 'shell_result' and regexp_matches(text, '</output>\s*$')
                then regexp_extract(text, '^<returncode>-?[0-9]{1,9}</returncode>\s*<output>\n?')
        end as heading,
),

read as (
    from named
    select
        *,
        case
            when is_end then 'submit'
            when form = 'fenced_call' or tag.called in ('bash', 'execute_bash') then 'bash'
            else tag.called
        end as called,
        case when form = 'fenced_call' then text else tag.arguments ->> '$.command' end as command,
        case
            when form = 'unknown_result' then 'a message of a role that the source does not have'
            when form = 'open_call' then 'a call without its end'
            when tag.problem is not null then tag.problem
            when called = 'bash' and command is null then 'bash without a command'
        end as problem,
)

from read
select
    trajectory_id,
    'mini-coder' as dataset,
    landing_index,
    step_index,
    turn_index,
    case
        when turn_index is null then 'text_observation'
        when not ends_with(form, '_call') or problem is not null then 'message_action'
        when called = 'bash' then 'code_action'
        else 'api_action'
    end as class,
    case when turn_index is null then 'observation' else 'action' end as kind,
    case
        when turn_index is not null then 'agent'
        when form = 'task' then 'user'
        else 'environment'
    end as source,
    case class
        when 'text_observation' then
            case
                when heading <> ''
                    then regexp_replace(substr(text, length(heading) + 1), '\n?</output>\s*$', '')
                else coalesce(text, '')
            end
        when 'message_action' then
            case when form in ('xml_call', 'open_call') then '<function=' || text else coalesce(text, '') end
        when 'code_action' then command
    end as content,
    case when class = 'api_action' then called end as function,
    case when class = 'api_action' then case when is_end then json('{}') else tag.arguments end end as arguments,
    case when class = 'code_action' then 'bash' end as language,
    thought,
    tool_call_id,
    case
        when problem is not null then json_object('unreadable', problem)
        when is_end and handed_in is not null then json_object('command', command, 'handed_in', handed_in)
        when is_end then json_object('command', command)
        when fate is not null then json_object('result', fate)
        when heading <> ''
            then json_object('returncode', cast(regexp_extract(heading, '-?[0-9]+') as integer))
        when form = 'shell_result' then json_object('adp_source', 'user')
    end as details,
;

-- staging.mini_coder_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.mini_coder, staging.mini_coder_steps
--
-- `verified` says whether the bug's tests pass with the patch. The bugs are SWE-smith's, several samples of one bug
-- make a group. An episode that does not end in a submit was cut off.
create or replace table staging.mini_coder_trajectories as
with

imported as (
    from raw.mini_coder
    select
        make_trajectory_id('mini-coder', source_id, occurrence) as trajectory_id,
        record as landing_index,
        source_id,
        source_file,
        source_row,
        'swe/' || coalesce(instance_id, id) as instance,
        verified,
        model,
        chat_system_prompt(messages) as system_prompt,
        -- a merge drops members that are null
        with_extra(
            json_merge_patch('{}', json_object('instance_id', instance_id, 'patch', patch)), raw_extra
        ) as details,
),

endings as (
    from staging.mini_coder_steps
    select
        landing_index,
        first_unreadable(step_index, details) as problem,
        max(step_index) as last_step,
        max(step_index) filter (function = 'submit') as last_submit,
        arg_max(turn_index, step_index) filter (function = 'submit') as submit_turn,
        max(turn_index) as last_turn,
        max(step_index) filter (kind = 'observation') as last_observation,
    group by landing_index
)

from imported
left join endings using (landing_index)
select
    trajectory_id,
    'mini-coder' as dataset,
    landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    instance as task_id,
    instance as group_id,
    verified as outcome,
    case
        when last_step is null then 'no_steps'
        when problem is not null then 'unreadable_step'
        when verified is not true then 'unresolved'
        when (submit_turn = last_turn and last_submit > coalesce(last_observation, -1)) is not true then 'incomplete'
    end as exclusion,
    case exclusion
        when 'unreadable_step' then problem
        when 'unresolved' then case when verified is null then 'the source gives no verdict' end
        when 'incomplete' then 'it does not end in a submit'
    end as exclusion_detail,
    model,
    'mini-swe-agent' as agent,
    system_prompt,
    details,
order by landing_index
;
