-- staging.swe_smith_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.swe_smith
--
-- SWE-agent's episodes come in three forms. `tool`: calls in `tool_calls`, the content is the thought. `xml`: tags such
-- as `<function=bash>` behind the thought. `ticks`: the thought, then a fenced block with a line of shell, in which the
-- editor's arguments are quoted words:
--     str_replace_editor str_replace /testbed/a.py   --old_str 'x = 1' --new_str 'x = 2'
-- A message is first cut into segments, one per step, as lists, so that step_index is dense without a sort; what a
-- segment says is parsed afterwards, row by row. What cannot be read stays as text, `unreadable` in the details says
-- why, and the trajectory is excluded.
create or replace table staging.swe_smith_steps as
with

imported as (
    from raw.swe_smith
    select
        make_trajectory_id('swe-smith', source_id, occurrence) as trajectory_id,
        record as landing_index,
        messages,
        list_filter(range(1, len(messages) + 1), lambda position: messages[position].role = 'assistant') as turns,
        -- A fenced block is a call only where no message of the trajectory calls in another way.
        not coalesce(
            list_bool_or(
                list_transform(
                    messages,
                    lambda message:
                        message.role = 'assistant'
                        and (
                            calls_in_tags(content_text(message.content))
                            or json_array_length(message.tool_calls) > 0
                        )
                )
            ),
            false
        ) as calls_are_fenced,
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
                        said_segment(
                            case
                                when message.role in ('user', 'tool') then message.role || '_result'
                                else 'unknown_result'
                            end,
                            content_text(message.content),
                            message.tool_call_ids ->> '$[#-1]'
                        )
                    ]
                    when json_array_length(message.tool_calls) > 0 then list_transform(
                        json_extract(message.tool_calls, '$[*]'),
                        lambda call, number: segment(
                            'json_call',
                            list_position(turns, position) - 1,
                            case
                                when number = 1
                                    then coalesce(nullif(content_text(message.content), ''), message.thought)
                            end,
                            call ->> '$.function.name',
                            call ->> '$.function.arguments',
                            call ->> '$.id'
                        )
                    )
                    when contains(message.content, '<function=') and calls_in_tags(content_text(message.content))
                        then function_call_segments(content_text(message.content), list_position(turns, position) - 1)
                    when calls_are_fenced and contains(message.content, '```')
                        then fenced_call_segments(content_text(message.content), list_position(turns, position) - 1)
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
        place.link.id as tool_call_id,
        place.link.fate as fate,
        -- what is behind the fence's own line
        case when form = 'fenced_call' then substr(text, strpos(text, chr(10)) + 1) end as command,
        case form
            when 'xml_call' then trim(tag_name(text))
            when 'fenced_call' then
                case
                    when regexp_full_match(command, '\s*submit\s*') then 'submit'
                    when regexp_matches(command, '^\s*str_replace_editor\s') then 'str_replace_editor'
                    else 'bash'
                end
            else place.segment.called
        end as called,
),

worded as (
    from named
    select
        *,
        case
            when form = 'fenced_call' and called = 'str_replace_editor' then shell_words(without_outer_blanks(command))
        end as words,
),

parsed as (
    from worded
    select
        *,
        case form
            when 'xml_call' then function_call_parameters(text)
            when 'fenced_call' then
                case called
                    when 'submit' then []
                    when 'bash' then [concat('command>', chr(10), command, chr(10))]
                    else editor_parameters(words)
                end
        end as parameters,
        list_transform(parameters, lambda parameter: tag_name(parameter)) as names,
        case when form = 'json_call' then read_arguments(coalesce(nullif(text, ''), '{}')) end as json_arguments,
),

read as (
    from parsed
    select
        *,
        case
            when form = 'json_call' then json_arguments ->> '$.command'
            else parameter_value(parameters[list_position(names, 'command')])
        end as command_text,
        -- Within a case, lambdas cost half as much again: what needs no JSON is null from the start.
        parameters_as_json(
            case when called <> 'bash' or len(parameters) > 1 then parameters end,
            case when called = 'str_replace_editor' then map {'insert_line': 'integer', 'view_range': 'array'} end
        ) as written_arguments,
        case
            when form = 'unknown_result' then 'a message of a role that the source does not have'
            when form = 'open_call' then 'a call without its end'
            when ends_with(form, '_call') and coalesce(called, '') = '' then 'a call without a name'
            when form = 'json_call' and json_arguments is null
                then 'a call whose arguments are no JSON object with unique keys'
            when form = 'json_call' then null
            when form in ('xml_call', 'fenced_call') and parameters is null
                then 'a call whose parameters cannot be told apart'
            when not regexp_full_match(array_to_string(names, ' '), '[\w.: -]*')
                then 'a call whose parameters cannot be told apart'
            when len(names) <> len(list_distinct(names)) then 'a call that gives a parameter twice'
        end as problem,
),

judged as (
    from read
    select
        * replace (
            case
                when called = 'bash' and command_text is null then coalesce(problem, 'bash without a command')
                else problem
            end as problem
        ),
        case when form = 'json_call' then json_arguments else written_arguments end as arguments,
)

from judged
select
    trajectory_id,
    'swe-smith' as dataset,
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
        when form <> 'user_result' or tool_call_id is not null or starts_with(text, 'OBSERVATION:') then 'environment'
        else 'user'
    end as source,
    case class
        when 'text_observation' then regexp_replace(coalesce(text, ''), '^OBSERVATION:\r?\n?', '')
        when 'message_action' then
            case form
                when 'words' then coalesce(text, '')
                when 'json_call' then cast(json_object('name', called, 'arguments', text) as varchar)
                when 'fenced_call' then concat('```', text, chr(10), '```')
                else '<function=' || text
            end
        when 'code_action' then command_text
    end as content,
    case when class = 'api_action' then called end as function,
    case when class = 'api_action' then arguments end as arguments,
    case when class = 'code_action' then 'bash' end as language,
    without_outer_blanks(thought) as thought,
    tool_call_id,
    case
        when problem is not null then json_object('unreadable', problem)
        when source = 'environment' and form = 'user_result' and not starts_with(text, 'OBSERVATION:')
            then json_object('adp_source', 'user')
        when fate is not null then json_object('result', fate)
        when class = 'code_action' and len(json_keys(arguments)) > 1 then json_object('arguments', arguments)
    end as details,
;

-- staging.swe_smith_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.swe_smith, staging.swe_smith_steps
--
-- The agent ends an episode by calling `submit`; where that is not the last thing in it, the episode was cut off (a
-- first submit is answered by a request to review the changes). Several samples of one bug make a group.
create or replace table staging.swe_smith_trajectories as
with

imported as (
    from raw.swe_smith
    select
        make_trajectory_id('swe-smith', source_id, occurrence) as trajectory_id,
        record as landing_index,
        source_id,
        source_file,
        source_row,
        'swe/' || coalesce(instance_id, regexp_replace(traj_id, '\.[^.]*$', '')) as instance,
        coalesce(
            instance,
            task_hash(content_text(list_filter(messages, lambda message: message.role = 'user')[1].content))
        ) as task_id,
        resolved,
        model,
        chat_system_prompt(messages) as system_prompt,
        -- a merge drops members that are null
        with_extra(
            json_merge_patch('{}', json_object('instance_id', instance_id, 'traj_id', traj_id, 'patch', patch)),
            raw_extra
        ) as details,
),

endings as (
    from staging.swe_smith_steps
    select
        landing_index,
        first_unreadable(step_index, details) as problem,
        max(step_index) filter (kind = 'observation') as last_observation,
        max(step_index) filter (class in ('code_action', 'api_action')) as last_call,
        max(turn_index) filter (class in ('code_action', 'api_action')) as last_call_turn,
        max(turn_index) as last_turn,
        arg_max(coalesce(function, ''), step_index) filter (class in ('code_action', 'api_action')) as last_function,
        true as has_steps,
    group by landing_index
)

from imported
left join endings using (landing_index)
select
    trajectory_id,
    'swe-smith' as dataset,
    landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_id,
    instance as group_id,
    resolved as outcome,
    case
        when has_steps is null then 'no_steps'
        when problem is not null then 'unreadable_step'
        when resolved is not true then 'unresolved'
        when (
            last_function = 'submit'
            and last_call_turn = last_turn
            and last_call > coalesce(last_observation, -1)
        ) is not true then 'incomplete'
    end as exclusion,
    case exclusion
        when 'unreadable_step' then problem
        when 'unresolved' then case when resolved is null then 'the source gives no verdict' end
        when 'incomplete' then 'it does not end in a submit'
    end as exclusion_detail,
    model,
    'SWE-agent' as agent,
    system_prompt,
    details,
order by landing_index
;
