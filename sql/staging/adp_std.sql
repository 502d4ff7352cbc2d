-- staging.adp_std_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.adp_std, seeds.agent_tools
--
-- Corpora in the standardized form of the Agent Data Protocol. Each event is a step, and none is moved: what the form
-- of a corpus says goes out again as it came in (sft.std). Where the columns do not say all of an event, its details
-- keep the whole of it as `adp_event`: a message between <finish> tags, which are rendering here; words of the agent
-- that stand as an observation; arguments that the form of 2025 writes as fragments of Python code (`"\"5944\""`) and
-- that are values here; fields that the protocol does not have.
--
-- The form of 2025 has no ids: what the environment says behind a call answers it. An action that has a description
-- of its own, or stands behind an observation, begins a model call; others belong to the one before them. `made_id` in
-- the details says that an id is not the corpus's own.
create or replace table staging.adp_std_steps as
with

imported as (
    from raw.adp_std
    select
        make_trajectory_id(corpus, source_id, occurrence) as trajectory_id,
        corpus as dataset,
        record as landing_index,
        content as events,
        -- what we have written ourselves names its dataset; the later form has ids
        (raw_extra -> '$.dataset') is null
            and len(list_filter(content, lambda event: (event ->> '$.tool_call_id') is not null)) = 0 as is_older,
        -- ids that only actions have, by position
        list_transform(
            content,
            lambda event: case when ends_with(event ->> '$.class_', '_action') then event ->> '$.tool_call_id' end
        ) as action_ids,
),

numbered as (
    from imported
    select
        trajectory_id,
        dataset,
        landing_index,
        is_older,
        action_ids,
        cast(generate_subscripts(events, 1) - 1 as integer) as step_index,
        unnest(events) as event,
),

own_tools as (
    from seeds.agent_tools
    select list(name order by name) as names
    where target = 'openhands' and called_in is null
),

judged as (
    from numbered
    cross join own_tools
    select
        trajectory_id,
        dataset,
        landing_index,
        action_ids,
        step_index,
        coalesce(numbered.event, 'null') as event,
        event ->> '$.class_' as given_class,
        event ->> '$.source' as given_source,
        nullif(json_text(event -> '$.content'), '') as words,
        event ->> '$.function' as called,
        -- OpenHands' own tools are given texts as they are; a `finish` without a message is no such tool
        case
            when is_older and (
                not list_contains(own_tools.names, called)
                or (called = 'finish' and (event -> '$.kwargs.message') is null)
            )
                then values_of_fragments(read_arguments(event -> '$.kwargs'))
            when is_older and called = 'str_replace_editor' then editor_values(read_arguments(event -> '$.kwargs'))
            else read_arguments(event -> '$.kwargs')
        end as read_kwargs,
        -- OpenHands' sessions of 2025 have another name for the text than the browser has
        case
            when is_older and called = 'send_msg_to_user' and json_keys(read_kwargs) = ['msg']
                then json_object('text', read_kwargs -> '$.msg')
            else read_kwargs
        end as kwargs,
        case
            when json_type(event) is distinct from 'OBJECT' then 'an event that is no object'
            when given_class is null then 'an event without a class'
            when given_class = 'code_action' and coalesce(event ->> '$.language', '') = ''
                then 'code without a language'
            when given_class = 'code_action' and json_type(event, '$.content') is distinct from 'VARCHAR'
                then 'code that is no text'
            when given_class = 'api_action' and coalesce(called, '') = '' then 'a call without a name'
            when given_class = 'api_action' and kwargs is null
                then 'a call whose arguments are no JSON object with unique keys'
            when given_class = 'message_action' and json_type(event, '$.content') is distinct from 'VARCHAR'
                then 'a message that is no text'
            when given_class = 'text_observation' and json_type(event, '$.content') is distinct from 'VARCHAR'
                then 'an observation that is no text'
            when given_class = 'web_observation' and coalesce(event ->> '$.html', event ->> '$.axtree') is null
                then 'a page without its text'
            when given_class = 'image_observation' and coalesce(event ->> '$.content', '') = ''
                then 'an image without a path'
            when given_class not in (
                'code_action', 'api_action', 'message_action', 'text_observation', 'web_observation',
                'image_observation'
            ) then 'an event of the class ' || given_class
        end as problem,
),

classed as (
    from judged
    select
        *,
        case
            when problem is null and given_class = 'text_observation' and given_source in ('agent', 'assistant')
                then 'message_action'
            when problem is null then given_class
            when ends_with(given_class, '_action') then 'message_action'
            else 'text_observation'
        end as class,
        case when ends_with(class, '_action') then 'action' else 'observation' end as kind,
        class in ('code_action', 'api_action') as is_call,
        case
            when kind = 'action' then 'agent'
            when given_source in ('user', 'human') then 'user'
            when given_source = 'system' then 'system'
            else 'environment'
        end as source,
        case
            when problem is null and kind = 'action' then nullif(json_text(event -> '$.description'), '')
        end as thought,
        case
            when problem is null and kind = 'action' then nullif(json_text(event -> '$.reasoning_content'), '')
        end as reasoning,
        case when problem is null then event ->> '$.tool_call_id' end as given_id,
        -- images that are written out in full stay in the details
        case
            when problem is not null then null
            when class = 'web_observation' and length(event ->> '$.image_observation.content') <= 4096
                then event ->> '$.image_observation.content'
            when class = 'image_observation' and length(event ->> '$.content') <= 4096 then event ->> '$.content'
            when class = 'image_observation' then md5(event ->> '$.content')
        end as image_path,
),

-- which call may be answered: the last one, as long as nothing but the environment has spoken since
linked as (
    from classed
    select
        *,
        case
            when kind = 'observation' then null
            when given_id is not null and list_position(action_ids, given_id) = step_index + 1 then given_id
            when not is_call then null
            when list_contains(action_ids, 'call_' || step_index) then 'call_' || step_index || '_'
            else 'call_' || step_index
        end as own_id,
        last_value(
            case when source <> 'environment' then {'id': case when is_call then own_id end} end ignore nulls
        ) over before as spoken,
        -- the nearest earlier action of that id, as its place
        case
            when kind = 'observation' and given_id is not null then step_index + 1
                - list_position(list_reverse(list_slice(action_ids, 1, step_index)), given_id)
        end as answered,
        kind = 'action'
            and (
                thought is not null
                or reasoning is not null
                or coalesce(last_value(kind) over before, 'observation') = 'observation'
            ) as begins_turn
    window before as (
        partition by dataset, landing_index
        order by step_index
        rows between unbounded preceding and 1 preceding
    )
),

read as (
    from linked
    select
        trajectory_id,
        dataset,
        landing_index,
        step_index,
        case
            when kind = 'action'
                then cast(
                    sum(cast(begins_turn as integer)) over (
                        partition by dataset, landing_index order by step_index
                    ) as integer
                ) - 1
        end as turn_index,
        class,
        kind,
        source,
        case
            when problem is not null then coalesce(words, cast(event as varchar))
            when class = 'message_action' then without_finish(coalesce(words, ''))
            when class in ('code_action', 'text_observation') then coalesce(words, '')
        end as content,
        case when class = 'api_action' then called end as function,
        case when class = 'api_action' then kwargs end as arguments,
        case when class = 'code_action' then lower(event ->> '$.language') end as language,
        thought,
        reasoning,
        case
            when kind = 'action' then own_id
            when source <> 'environment' then null
            when answered is null then spoken.id
            when answered = list_position(action_ids, given_id) then given_id
            when list_contains(action_ids, 'call_' || (answered - 1)) then 'call_' || (answered - 1) || '_'
            else 'call_' || (answered - 1)
        end as tool_call_id,
        case when class = 'text_observation' and problem is null then json_text(event -> '$.name') end as name,
        case when class = 'web_observation' then json_text(event -> '$.url') end as url,
        case when class = 'web_observation' then json_text(event -> '$.html') end as html,
        case when class = 'web_observation' then json_text(event -> '$.axtree') end as axtree,
        case
            when image_path is not null then [
                {
                    'sha256': null::varchar,
                    'path': image_path,
                    'media_type': null::varchar,
                    'width': null::integer,
                    'height': null::integer
                }
            ]
        end as images,
        case
            when image_path is null then null
            when class = 'web_observation' then nullif(event -> '$.image_observation.annotations', 'null'::json)
            else nullif(event -> '$.annotations', 'null'::json)
        end as annotations,
        case when class = 'web_observation' then nullif(event -> '$.viewport_size', 'null'::json) end as viewport,
        case when problem is null then try_cast(event ->> '$.reward' as double) end as reward,
        problem,
        given_id,
        event,
),

told as (
    from read
    select
        *,
        cast(
            std_event(
                class, source, content, name, url, html, axtree, images, annotations, viewport, language, function,
                arguments, thought, given_id, reasoning, reward
            ) as json
        ) as as_told,
)

from told
select
    trajectory_id,
    dataset,
    landing_index,
    step_index,
    turn_index,
    class,
    kind,
    source,
    content,
    function,
    arguments,
    language,
    thought,
    reasoning,
    tool_call_id,
    name,
    url,
    html,
    axtree,
    images,
    annotations,
    viewport,
    reward,
    case
        when problem is not null then json_object('unreadable', problem, 'adp_event', event)
        when not same_object(as_told, event) or (given_id is not null and given_id is distinct from tool_call_id)
            then json_object('adp_event', event)
        when given_id is distinct from tool_call_id then json_object('made_id', true)
    end as details,
;

-- staging.adp_std_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.adp_std, seeds.exclusion_reasons, seeds.tools, staging.adp_std_steps
--
-- What `adp export std` says of a trajectory in its details (task, outcome, why it is left out) is read again. The
-- form has no tools: those of a dataset of the catalogue are known by its name, others are told by their calls.
create or replace table staging.adp_std_trajectories as
with

imported as (
    from raw.adp_std
    select
        make_trajectory_id(corpus, source_id, occurrence) as trajectory_id,
        corpus as dataset,
        record as landing_index,
        source_id,
        source_file,
        source_row,
        case
            when json_type(details) = 'OBJECT' then details
            when details is not null then json_object('details', details)
        end as given,
        raw_extra,
),

endings as (
    from staging.adp_std_steps
    select
        dataset,
        landing_index,
        arg_min('step ' || step_index || ': ' || (details ->> '$.unreadable'), step_index) as problem,
        arg_min(content, step_index) filter (source = 'user') as task,
        list({'function': function, 'arguments': arguments} order by step_index) filter (
            class = 'api_action' and function <> 'finish'
        ) as calls,
        true as has_steps,
    group by dataset, landing_index
),

catalogued as (
    from seeds.tools
    select dataset, list(name order by name) as names
    group by dataset
),

read as (
    from imported
    left join endings using (dataset, landing_index)
    left join catalogued using (dataset)
    left join seeds.exclusion_reasons as reasons on reasons.code = (given ->> '$.exclusion')
    select
        *,
        coalesce(
            case when json_type(given, '$.outcome') = 'BOOLEAN' then cast(given ->> '$.outcome' as boolean) end,
            case when json_type(given, '$.resolved') = 'BOOLEAN' then cast(given ->> '$.resolved' as boolean) end
        ) as outcome,
        case json_type(raw_extra, '$.trained')
            when 'BOOLEAN' then cast(raw_extra ->> '$.trained' as boolean)
        end as trained,
)

from read
select
    trajectory_id,
    dataset,
    landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    coalesce(
        case when json_type(given, '$.task_id') = 'VARCHAR' then given ->> '$.task_id' end, task_hash(task)
    ) as task_id,
    outcome,
    case
        when json_type(given, '$.reward') in ('BIGINT', 'UBIGINT', 'DOUBLE') then cast(given ->> '$.reward' as double)
    end as reward,
    case
        when has_steps is null then 'no_steps'
        when problem is not null then 'unreadable_step'
        when trained is false then coalesce(code, 'not_trained')
        when trained is null and outcome is false then 'unresolved'
    end as exclusion,
    case exclusion
        when 'unreadable_step' then coalesce(problem, given ->> '$.exclusion_detail')
        when 'no_steps' then null
        else given ->> '$.exclusion_detail'
    end as exclusion_detail,
    case when json_type(given, '$.model') = 'VARCHAR' then given ->> '$.model' end as model,
    case when json_type(given, '$.agent') = 'VARCHAR' then given ->> '$.agent' end as agent,
    case
        when not coalesce(list_has_all(names, list_transform(calls, lambda call: call.function)), false)
            then tools_of_calls(calls)
    end as tools,
    with_missing_members(given, raw_extra) as details,
order by dataset, landing_index
;
