-- staging.toucan_1_5m_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.toucan_1_5m
--
-- Chats in which every call is a message of its own, a `function_call`, and every result one of the role `function`.
-- What the agent says until somebody else speaks is one turn: words, then calls, perhaps several before the first
-- result. Where they have no ids, the n-th result of a name answers the n-th call of that name in the turn.
-- One subset has the roles `tool_call`, its content `{'name': ..., 'arguments': '{...}'}` as Python or JSON writes it,
-- and `tool_response` instead.
create or replace table staging.toucan_1_5m_steps as
with

imported as (
    from raw.toucan_1_5m
    select
        make_trajectory_id('toucan_1_5m', source_id, occurrence) as trajectory_id,
        record as landing_index,
        list_filter(messages, lambda message: message.role is distinct from 'system') as spoken,
),

voiced as (
    from imported
    select
        trajectory_id,
        landing_index,
        list_transform(
            spoken,
            lambda message: {
                -- A words, C a call, R a result, U the user, X nobody known
                'voice': case
                    when message.role = 'assistant' and json_type(message.function_call) = 'OBJECT' then 'C'
                    when message.role = 'assistant' then 'A'
                    when message.role = 'tool_call' then 'C'
                    when message.role in ('function', 'tool', 'tool_response') then 'R'
                    when message.role = 'user' then 'U'
                    else 'X'
                end,
                -- what a function returns may be a list, also an empty one
                'content': case
                    when message.role in ('function', 'tool', 'tool_response') then message.content
                    when message.role <> 'tool_call' then content_text(message.content)
                end,
                'call': case
                    when message.role = 'tool_call' then list_filter(
                        [try_cast(message.content as json), python_json(message.content)],
                        lambda call: (call ->> '$.name') is not null
                    )[1]
                    else message.function_call
                end,
                'as_written': coalesce(message.content, ''),
                'name': message.name,
                'id': coalesce(
                    message.function_call ->> '$.call_id', message.function_call ->> '$.id',
                    message.extra ->> '$.function_id'
                ),
                'reasoning': message.reasoning_content
            }
        ) as messages,
        array_to_string(list_transform(messages, lambda message: message.voice), '') as voices,
),

timed as (
    from voiced
    select
        *,
        -- where a turn begins: the agent speaks behind somebody else
        list_filter(
            range(1, len(messages) + 1),
            lambda place:
                messages[place].voice in ('A', 'C')
                and (place = 1 or messages[place - 1].voice not in ('A', 'C'))
        ) as starts,
        list_transform(
            messages, lambda message, place: len(list_filter(starts, lambda start: start <= place)) - 1
        ) as turns,
        list_transform(
            messages,
            lambda message: case message.voice when 'C' then message.call ->> '$.name' when 'R' then message.name end
        ) as names,
        -- for a result the place of its call
        list_transform(
            messages,
            lambda message, place: case
                when message.voice = 'R' then list_filter(
                    range(1, place),
                    lambda there:
                        turns[there] = turns[place]
                        and messages[there].voice = 'C'
                        and coalesce(names[there] = names[place], names[place] is null)
                )[
                    len(
                        list_filter(
                            range(1, place + 1),
                            lambda there:
                                turns[there] = turns[place]
                                and messages[there].voice = 'R'
                                and names[there] is not distinct from names[place]
                        )
                    )
                ]
            end
        ) as answered,
),

cut as (
    from timed
    select
        trajectory_id,
        landing_index,
        list_transform(
            starts,
            lambda start, number: nullif(
                array_to_string(
                    list_transform(
                        list_filter(
                            messages,
                            lambda message, place: turns[place] = number - 1 and message.voice in ('A', 'C')
                        ),
                        lambda message: nullif(message.reasoning, '')
                    ),
                    chr(10) || chr(10)
                ),
                ''
            )
        ) as reasonings,
        flatten(
            list_transform(
                messages,
                lambda message, place: case message.voice
                    when 'A' then list_filter(
                        [segment('words', turns[place], null, null, message.content, null)],
                        -- an empty message is one only where the turn has nothing else
                        lambda part:
                            regexp_matches(part.text, '\S')
                            or (
                                list_contains(starts, place)
                                and regexp_matches(substr(voices, cast(place + 1 as bigint)), '^([^AC]|$)')
                            )
                    )
                    when 'C' then list_filter(
                        [
                            segment(
                                'words',
                                turns[place],
                                null,
                                null,
                                case
                                    when not list_contains(starts, place) then without_outer_blanks(message.content)
                                end,
                                null
                            ),
                            segment(
                                'json_call',
                                turns[place],
                                case when list_contains(starts, place) then message.content end,
                                message.call ->> '$.name',
                                case
                                    when message.call is null then message.as_written
                                    else message.call ->> '$.arguments'
                                end,
                                coalesce(message.id, '~' || place)
                            )
                        ],
                        lambda part: part.form = 'json_call' or part.text is not null
                    )
                    when 'R' then [
                        segment(
                            'named_result',
                            null,
                            null,
                            message.name,
                            message.content,
                            coalesce(message.id, messages[answered[place]].id, '~' || answered[place])
                        )
                    ]
                    else [
                        segment(
                            case message.voice when 'U' then 'user' else 'unknown_result' end,
                            null, null, null, message.content, null
                        )
                    ]
                end
            )
        ) as segments,
),

linked as (
    from cut
    select
        trajectory_id,
        landing_index,
        reasonings,
        placed_segments(segments) as places,
        list_transform(places, lambda place: place.segment.turn) as turns,
        list_transform(
            places, lambda place: case when ends_with(place.segment.form, '_call') then place.link.id end
        ) as call_ids,
),

placed as (
    from linked
    select
        * exclude (places),
        cast(generate_subscripts(places, 1) - 1 as integer) as step_index,
        unnest(places) as place,
),

read as (
    from placed
    select
        trajectory_id,
        landing_index,
        step_index,
        place.segment.form as form,
        place.segment.turn as turn_index,
        place.segment.called as called,
        place.segment.text as text,
        without_outer_blanks(place.segment.thought) as thought,
        case when list_position(turns, turn_index) = step_index + 1 then reasonings[turn_index + 1] end as reasoning,
        -- an id of our own making is named for the call's step
        case
            when starts_with(place.link.id, '~')
                then 'call_' || (list_position(call_ids, place.link.id) - 1)
            else place.link.id
        end as tool_call_id,
        place.link.fate as fate,
        case when form = 'json_call' then read_arguments(coalesce(nullif(text, ''), '{}')) end as arguments,
        case
            when form = 'unknown_result' then 'a message of a role that the source does not have'
            when form <> 'json_call' then null
            when coalesce(called, '') = '' then 'a call without a name'
            when arguments is null then 'a call whose arguments are no JSON object with unique keys'
        end as problem,
)

from read
select
    trajectory_id,
    'toucan_1_5m' as dataset,
    landing_index,
    step_index,
    turn_index,
    case
        when turn_index is null then 'text_observation'
        when form = 'words' or problem is not null then 'message_action'
        else 'api_action'
    end as class,
    case when turn_index is null then 'observation' else 'action' end as kind,
    case
        when turn_index is not null then 'agent'
        when form = 'user' then 'user'
        else 'environment'
    end as source,
    case class
        when 'text_observation' then coalesce(text, '')
        when 'message_action' then
            case form
                when 'json_call' then cast(json_object('name', called, 'arguments', text) as varchar)
                else coalesce(text, '')
            end
    end as content,
    case when class = 'api_action' then called end as function,
    case when class = 'api_action' then arguments end as arguments,
    thought,
    reasoning,
    tool_call_id,
    case when form = 'named_result' then called end as name,
    case
        when problem is not null then json_object('unreadable', problem)
        when fate is not null then json_object('result', fate)
    end as details,
;

-- staging.toucan_1_5m_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.toucan_1_5m, staging.toucan_1_5m_steps
--
-- The tools of a trajectory are those that its system message declares, else those that the record lists. A system
-- message that is nothing but this declaration, `<|im_system|>tool_declare<|im_middle|>[...]<|im_end|>`, is no prompt
-- beside them. The judgements of question and answer are models' and no verdict; they are kept in the details, and of
-- the metadata all but the catalogue of the servers, of which the names are. On the Hub the folder names the model.
create or replace table staging.toucan_1_5m_trajectories as
with

imported as (
    from raw.toucan_1_5m
    select
        make_trajectory_id('toucan_1_5m', source_id, occurrence) as trajectory_id,
        record as landing_index,
        source_id,
        source_file,
        source_row,
        task_hash(content_text(list_filter(messages, lambda message: message.role = 'user')[1].content)) as task_id,
        chat_system_prompt(messages) as prompt,
        regexp_extract(prompt, '(?s)^<\|im_system\|>tool_declare<\|im_middle\|>(.*)<\|im_end\|>\s*$', 1) as declared,
        listed_tools(declared) as declared_tools,
        coalesce(listed_tools(available_tools), listed_tools(tools)) as available,
        try_cast(metadata as json) as facts,
        with_extra(
            json_merge_patch(
                '{}',
                json_object(
                    'uuid', uuid,
                    'subset_name', subset_name,
                    'question', question,
                    'target_tools', coalesce(try_cast(target_tools as json), to_json(target_tools)),
                    'question_quality_assessment',
                    coalesce(try_cast(question_quality_assessment as json), to_json(question_quality_assessment)),
                    'response_quality_assessment',
                    coalesce(try_cast(response_quality_assessment as json), to_json(response_quality_assessment)),
                    'metadata',
                    case
                        when facts is null then to_json(metadata)
                        else json_merge_patch(facts, '{"mcp_servers":null}')
                    end,
                    'mcp_servers', json_extract_string(facts, '$.mcp_servers[*].server_name'),
                    'available_tools', case when available <> declared_tools then available end
                )
            ),
            raw_extra
        ) as details,
),

endings as (
    from staging.toucan_1_5m_steps
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
    'toucan_1_5m' as dataset,
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
    nullif(regexp_extract(source_file, '(?:^|/)(Kimi-K2|OSS|Qwen3)/', 1), '') as model,
    case when declared_tools is null then prompt end as system_prompt,
    coalesce(declared_tools, available) as tools,
    details,
order by landing_index
;
