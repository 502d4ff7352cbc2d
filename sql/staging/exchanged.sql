-- staging.exchanged_steps
-- grain     one row per step
-- key       format, trajectory_id, step_index
-- upstream  raw.atif, raw.openai
--
-- How steps are read from the two forms of exchange whose messages hold calls with ids, ATIF and OpenAI's chats. A
-- view, of which staging.atif_steps and staging.openai_steps make their tables: asked for one `format`, DuckDB drops
-- the other branch of the union before it runs.
--
-- A trajectory is cut into units, one per step, as lists, so that step_index is dense without a sort; what a unit says
-- is read afterwards, row by row. A result stands right behind its call, as everywhere in standard. One that names no
-- call, or one that is not there, stays where it is and counts as the last call's, with `unlinked` in its details. Of
-- a content of parts the texts are one step, the images the next. What a form says beyond the columns is kept in the
-- details, so that sft.atif can give it out again. A call of a shell or of Python under one of their usual names is
-- code; the details keep the name, and arguments beside the code. What cannot be read stays as text, `unreadable` in
-- the details says why, and the trajectory is excluded.
create or replace view staging.exchanged_steps as
with

imported as (
    from raw.atif
    select
        'atif' as format,
        corpus as dataset,
        make_trajectory_id(corpus, source_id, occurrence) as trajectory_id,
        record as landing_index,
        list_transform(steps, lambda step: coalesce(step, 'null')) as parts,
        list_transform(steps, lambda step: coalesce(step ->> '$.source', '')) as speakers,
        -- what stands before the first that is no bare system prompt
        coalesce(
            list_position(
                list_transform(
                    steps,
                    lambda step: coalesce(step ->> '$.source', '') = 'system'
                        and coalesce(json_type(step, '$.message'), 'NULL') = 'VARCHAR'
                        and coalesce(json_type(step, '$.observation'), 'NULL') = 'NULL'
                ),
                false
            ),
            len(steps) + 1
        ) as first,
    union all by name
    from raw.openai
    select
        'openai' as format,
        corpus as dataset,
        make_trajectory_id(corpus, source_id, occurrence) as trajectory_id,
        record as landing_index,
        list_transform(messages, lambda message: coalesce(message, 'null')) as parts,
        list_transform(messages, lambda message: coalesce(message ->> '$.role', '')) as speakers,
        coalesce(
            list_position(
                list_transform(
                    messages, lambda message: coalesce(message ->> '$.role', '') in ('system', 'developer')
                ),
                false
            ),
            len(messages) + 1
        ) as first,
),

cut as (
    from imported
    select
        format,
        dataset,
        trajectory_id,
        landing_index,
        list_filter(range(1, len(speakers) + 1), lambda place: speakers[place] in ('agent', 'assistant')) as turns,
        case format
            when 'atif' then flatten(
                list_transform(
                    parts,
                    lambda part, place: case
                        when place < first then []
                        else atif_units(part, list_position(turns, place) - 1)
                    end
                )
            )
            when 'openai' then flatten(
                list_transform(
                    parts,
                    lambda part, place: case
                        when place < first then []
                        else openai_units(part, list_position(turns, place) - 1)
                    end
                )
            )
            else error('unknown format ' || format)
        end as units,
),

linked as (
    from cut
    select
        * exclude (turns),
        list_transform(units, lambda unit: unit.segment) as segments,
        link_segments(segments) as found,
),

numbered as (
    from linked
    select
        format,
        dataset,
        trajectory_id,
        landing_index,
        cast(generate_subscripts(units, 1) - 1 as integer) as step_index,
        unnest(case when found.places is null then units else list_select(units, found.places) end) as unit,
        unnest(found.links) as link,
),

read as (
    from numbered
    select
        format,
        dataset,
        trajectory_id,
        landing_index,
        step_index,
        unit,
        unit.segment.form as form,
        unit.segment.turn as turn_index,
        unit.segment.called as called,
        link.id as tool_call_id,
        link.fate as fate,
        case
            when form = 'json_call' then read_arguments(coalesce(nullif(unit.segment.text, ''), '{}'))
        end as arguments,
        call_language(called, arguments) as language,
        case
            when form = 'unknown_result' then 'nobody known speaks'
            when form <> 'json_call' then null
            when coalesce(called, '') = '' then 'a call without a name'
            when arguments is null then 'a call whose arguments are no JSON object with unique keys'
        end as problem,
        case
            when turn_index is null and form in ('user_image', 'system_image', 'image_result') then 'image_observation'
            when turn_index is null then 'text_observation'
            when form = 'words' or problem is not null then 'message_action'
            when language is not null then 'code_action'
            else 'api_action'
        end as class,
)

from read
select
    format,
    trajectory_id,
    dataset,
    landing_index,
    step_index,
    turn_index,
    class,
    case when turn_index is null then 'observation' else 'action' end as kind,
    case
        when turn_index is not null then 'agent'
        when form in ('user', 'user_image') then 'user'
        when form in ('system', 'system_image') then 'system'
        else 'environment'
    end as source,
    case
        when form = 'unknown_result' then cast(unit.content as varchar)
        when class = 'code_action' then call_code(language, arguments)
        when class = 'message_action' and form = 'json_call'
            then cast(json_object('name', called, 'arguments', unit.segment.text) as varchar)
        when class in ('message_action', 'text_observation') then parts_text(content_parts(unit.content))
    end as content,
    case when class = 'api_action' then called end as function,
    case when class = 'api_action' then arguments end as arguments,
    case when class = 'code_action' then language end as language,
    case when form = 'json_call' then nullif(parts_text(content_parts(unit.content)), '') end as thought,
    unit.reasoning as reasoning,
    tool_call_id,
    case when source = 'environment' then unit.rest ->> '$.openai.name' end as name,
    case when class = 'image_observation' then parts_images(content_parts(unit.content)) end as images,
    unit.trainable as trainable,
    unit.model as model,
    try_cast(unit.said_at as timestamptz) as recorded_at,
    nullif(
        without_members(
            with_missing_members(
                unit.rest,
                json_object(
                    'unreadable', problem,
                    'result', fate,
                    'call_id', case when unit.segment.id <> tool_call_id then unit.segment.id end,
                    'made_id', case when unit.segment.id is null and form = 'json_call' then true end,
                    'function', case when class = 'code_action' then called end,
                    'arguments', case when class = 'code_action' and len(json_keys(arguments)) > 1 then arguments end
                )
            ),
            []
        ),
        '{}'::json
    ) as details,
;

-- staging.exchanged_trajectories
-- grain     one row per trajectory
-- key       format, trajectory_id
-- upstream  raw.atif, raw.openai
--
-- What both forms say of a trajectory as a whole. Tools are those that it lists; who is called but not listed is told
-- by the calls, in staging.atif_trajectories and staging.openai_trajectories.
create or replace view staging.exchanged_trajectories as
with

imported as (
    from raw.atif
    select
        'atif' as format,
        record as landing_index,
        corpus as dataset,
        source_id,
        occurrence,
        source_file,
        source_row,
        coalesce(
            list_position(
                list_transform(
                    steps,
                    lambda step: coalesce(step ->> '$.source', '') = 'system'
                        and coalesce(json_type(step, '$.message'), 'NULL') = 'VARCHAR'
                        and coalesce(json_type(step, '$.observation'), 'NULL') = 'NULL'
                ),
                false
            ),
            len(steps) + 1
        ) as first,
        list_slice(steps, 1, first - 1) as prompts,
        list_transform(prompts, lambda step: step ->> '$.message') as prompt_texts,
        agent ->> '$.model_name' as model,
        agent ->> '$.name' as agent,
        agent ->> '$.version' as agent_version,
        agent -> '$.tool_definitions' as listed,
        without_members(
            with_missing_members(
                json_object(
                    'schema_version', schema_version,
                    'trajectory_id', trajectory_id,
                    'session_id', session_id,
                    'agent', raw.atif.agent,
                    'notes', notes,
                    'final_metrics', final_metrics,
                    'continued_trajectory_ref', continued_trajectory_ref,
                    'subagent_trajectories', subagent_trajectories,
                    'extra', extra,
                    'prompts', case when len(prompts) > 0 then to_json(prompts) end
                ),
                raw_extra
            ),
            []
        ) as details,
    union all by name
    from raw.openai
    select
        'openai' as format,
        record as landing_index,
        corpus as dataset,
        source_id,
        occurrence,
        source_file,
        source_row,
        coalesce(
            list_position(
                list_transform(
                    messages, lambda message: coalesce(message ->> '$.role', '') in ('system', 'developer')
                ),
                false
            ),
            len(messages) + 1
        ) as first,
        list_transform(
            list_slice(messages, 1, first - 1), lambda message: parts_text(content_parts(message -> '$.content'))
        ) as prompt_texts,
        json_text(raw_extra -> '$.model') as model,
        coalesce(
            case when json_type(tools) = 'VARCHAR' then try_cast(tools ->> '$' as json) else tools end,
            to_json(
                list_transform(
                    json_extract(functions, '$[*]'), lambda known: json_object('type', 'function', 'function', known)
                )
            )
        ) as listed,
        raw_extra as details,
)

from imported
select
    format,
    make_trajectory_id(dataset, source_id, occurrence) as trajectory_id,
    dataset,
    landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    model,
    agent,
    agent_version,
    nullif(array_to_string(prompt_texts, chr(10) || chr(10)), '') as system_prompt,
    case
        when json_array_length(listed) > 0
            and json_array_length(listed) = len(
                list_filter(
                    json_extract(listed, '$[*]'),
                    -- one that asks for what it does not describe cannot be called
                    lambda tool: json_type(tool, '$.function.name') = 'VARCHAR'
                        and list_has_all(
                            coalesce(json_keys(tool, '$.function.parameters.properties'), []),
                            list_transform(
                                json_extract_string(tool, '$.function.parameters.required[*]'),
                                lambda needed: coalesce(needed, '')
                            )
                        )
                )
            ) then listed
    end as tools,
    details,
;
