-- staging.llava_plus_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.llava_plus, raw.llava_plus_images
--
-- The agent thinks (`thoughts`), says what it does (`value`) and calls models (`actions`), all in one message:
-- {"thoughts": "...", "actions": [{"API_name": "sam", "API_params": {"boxes": [...]}}], "value": "I will use sam ..."}.
-- What a model gave comes back in the human's next message: `sam model outputs: {...}`. The picture is shown where
-- `<image>` stands, which is in front of the first question or behind it; where it stands nowhere, at the beginning.
-- These are excerpts of talks that may go on: the last answer is no finish.
create or replace table staging.llava_plus_steps as
with

chats as (
    from raw.llava_plus as chats
    left join raw.llava_plus_images as files
        on files.image_key = path_tail(coalesce(chats.image, chats.id), 1)
    select
        make_trajectory_id('llava_plus', source_id, occurrence) as trajectory_id,
        record as landing_index,
        list_filter(
            list_transform(
                conversations,
                lambda m: {
                    'role': case
                        when lower(m['from']) in ('human', 'user') then 'human'
                        when lower(m['from']) in ('gpt', 'assistant') then 'gpt'
                        else m['from']
                    end,
                    'value': coalesce(m.value, ''),
                    'thoughts': nullif(m.thoughts, ''),
                    'actions': list_transform(
                        from_json(m.actions, '["JSON"]'),
                        lambda a: {
                            'name': nullif(a ->> '$.API_name', ''),
                            'arguments': case
                                when coalesce(json_type(a, '$.API_params'), 'NULL') = 'NULL' then '{}'::json
                                else read_arguments(a -> '$.API_params')
                            end,
                            'text': a::varchar
                        }
                    ),
                    'unread': case when json_type(m.actions) not in ('ARRAY', 'NULL') then m.actions::varchar end
                }
            ),
            lambda m: m.role is distinct from 'system'
        ) as messages,
        case
            when image is not null or regexp_matches(lower(id), '\.(png|jpe?g|gif|webp)$') then
                array_to_string(
                    ['images', data_source, portable_path(coalesce(image, id), 1)], '/'
                )
        end as picture,
        case when picture is not null then image_list(picture, files) end as images,
        list_position(list_transform(messages, lambda m: m.role = 'human' and contains(m.value, '<image>')), true)
            as first_shown,
),

placed_chats as (
    from chats
    select
        *,
        case when picture is not null then coalesce(first_shown, list_position(
            list_transform(messages, lambda m: m.role = 'human'), true
        )) end as showing,
),

split_chats as (
    from placed_chats
    select
        *,
        flatten(
            list_transform(
                messages,
                lambda m, place: case m.role
                    when 'gpt' then list_concat(
                        [
                            {'form': 'words', 'text': m.value, 'place': place, 'number': 0},
                            {'form': 'words', 'text': m.unread, 'place': place, 'number': 0}
                        ],
                        list_transform(
                            m.actions,
                            lambda a, number: {
                                'form': case
                                    when a.name is not null and a.arguments is not null then 'call' else 'words'
                                end,
                                'text': a.text, 'place': place, 'number': number
                            }
                        )
                    )
                    when 'human' then case
                        when picture is not null and (contains(m.value, '<image>') or place = showing) then [
                            {
                                'form': 'text',
                                'text': case
                                    when contains(m.value, '<image>') then split_part(m.value, '<image>', 1)
                                    else ''
                                end,
                                'place': place, 'number': 0
                            },
                            {'form': 'picture', 'text': 'x', 'place': place, 'number': 0},
                            {
                                'form': 'text',
                                'text': case
                                    when contains(m.value, '<image>') then
                                        array_to_string(string_split(m.value, '<image>')[2:], '')
                                    else m.value
                                end,
                                'place': place, 'number': 0
                            }
                        ]
                        else [{'form': 'text', 'text': m.value, 'place': place, 'number': 0}]
                    end
                    else [{'form': 'text', 'text': m.value, 'place': place, 'number': 0}]
                end
            )
        ) as pieces,
),

parts as (
    from split_chats
    select
        trajectory_id,
        landing_index,
        messages,
        images,
        list_filter(
            list_transform(
                pieces,
                lambda p: {
                    'form': case
                        when p.form = 'text'
                            and len(
                                list_filter(pieces, lambda q: q.place = p.place - 1 and q.form = 'call')
                            ) > 0
                            and regexp_matches(p.text, '(?i)^\s*\S[^\n]* model outputs?:') then 'result'
                        else p.form
                    end,
                    'text': without_outer_blanks(p.text),
                    'place': p.place,
                    'number': p.number
                }
            ),
            lambda p: p.text is not null
        ) as parts,
),

steps as (
    from parts
    select
        *,
        unnest(parts) as part,
        generate_subscripts(parts, 1) as position,
),

told_steps as (
    from steps
    select
        *,
        position - 1 as step_index,
        messages[part.place].role = 'gpt' as is_agents,
        messages[part.place].thoughts as thoughts,
        messages[part.place].actions[part.number] as act,
        list_filter(parts[position + 1:], lambda p: p.place > part.place)[1].form as next_form,
        list_filter(parts[position + 1:], lambda p: p.place = part.place and p.form = 'call') as later_calls,
        list_filter(parts[:position - 1], lambda p: p.place = part.place) as before,
        list_filter(
            range(1, position), lambda place: parts[place].form = 'call' and parts[place].place = part.place - 1
        )[-1] as answered,
)

from told_steps
select
    trajectory_id,
    'llava_plus' as dataset,
    landing_index,
    step_index::integer as step_index,
    case
        when is_agents
            then (len(list_filter(messages[:part.place], lambda m: m.role = 'gpt')) - 1)::integer
    end as turn_index,
    case
        when part.form = 'call' then 'api_action'
        when is_agents then 'message_action'
        when part.form = 'picture' then 'image_observation'
        else 'text_observation'
    end as class,
    case when is_agents then 'action' else 'observation' end as kind,
    case
        when is_agents then 'agent'
        when part.form = 'result' then 'environment'
        else 'user'
    end as source,
    case when part.form not in ('call', 'picture') then part.text end as content,
    case when part.form = 'call' then act.name end as function,
    case when part.form = 'call' then act.arguments end as arguments,
    case when is_agents and len(before) = 0 then thoughts end as thought,
    case
        when part.form = 'call' then 'call_' || step_index
        when part.form = 'result' then 'call_' || (answered - 1)
    end as tool_call_id,
    case when part.form = 'picture' then images end as images,
    nullif(
        json_merge_patch(
            '{}',
            json_object(
                'adp_source', case part.form when 'result' then 'user' when 'picture' then 'environment' end,
                'result', case
                    when part.form <> 'call' or next_form is null then null
                    when next_form <> 'result' then 'none'
                    when len(later_calls) > 0 then 'shared'
                end,
                'is_excerpt', case when position = len(parts) and is_agents and part.form <> 'call' then true end
            )
        ),
        '{}'
    ) as details,
;

-- staging.llava_plus_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.llava_plus
create or replace table staging.llava_plus_trajectories as
with

chats as (
    from raw.llava_plus
    select
        *,
        list_filter(
            conversations,
            lambda m: coalesce(lower(m['from']), '') not in ('human', 'user', 'gpt', 'assistant', 'system')
                or json_type(m.actions) not in ('ARRAY', 'NULL')
                or len(
                    list_filter(
                        from_json(m.actions, '["JSON"]'),
                        lambda a: coalesce(a ->> '$.API_name', '') = ''
                            or (
                                coalesce(json_type(a, '$.API_params'), 'NULL') <> 'NULL'
                                and read_arguments(a -> '$.API_params') is null
                            )
                    )
                ) > 0
        )[1] as unread,
        list_filter(conversations, lambda m: lower(m['from']) in ('human', 'user'))[1].value as first_words,
)

from chats
select
    make_trajectory_id('llava_plus', source_id, occurrence) as trajectory_id,
    'llava_plus' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(without_outer_blanks(replace(first_words, '<image>', ''))) as task_id,
    case
        when unread is not null then 'unreadable_step'
        when len(
            list_filter(
                conversations,
                lambda m: regexp_matches(replace(coalesce(m.value, ''), '<image>', ''), '\S')
                    or json_array_length(m.actions) > 0
            )
        ) = 0 then 'no_steps'
    end as exclusion,
    case when unread is not null then coalesce(unread.actions::varchar, unread['from'], 'nobody speaks') end
        as exclusion_detail,
    json_merge_patch(
        coalesce(raw_extra, '{}'), json_merge_patch('{}', json_object('data_source', data_source, 'id', id))
    ) as details,
    list_filter(conversations, lambda m: lower(m['from']) = 'system')[1].value as system_prompt,
;
