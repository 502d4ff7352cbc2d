-- staging.openhands_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.openhands
--
-- Sessions of OpenHands as streams of events, acts of the agent among what it sees:
--     {"source": "agent", "action": "run", "extras": {"command": "ls", "thought": "Let me look."}}
--     {"source": "agent", "observation": "run", "content": "a.py", "extras": {"exit_code": 0}}
-- A message has its words as `content`, beside or within the `extras`; one without words says nothing and is no step.
-- Of what comes back from the agent's files and searches `message` tells what was done, and `content` what came of it:
-- both are shown.
--
-- Every act is a turn; what comes next answers it. An agent may delegate: the other agent's acts follow, up to its own
-- `finish`, which is no end of the session but words to the one that asked; a `delegate` event then repeats them. Acts
-- in the browser are written as Python, `click("a51")`: a single call becomes one of that function, anything else stays
-- code. A page comes as Chromium's accessibility tree and is shown as the agent saw it, a node a line; its DOM and its
-- screenshot stay in raw. What tells of the session and not of the work is no step: initialize, change_agent_state,
-- agent_state_changed, null.
create or replace table staging.openhands_steps as
with recursive

imported as (
    from raw.openhands
    select
        make_trajectory_id('openhands', source_id, occurrence) as trajectory_id,
        record as landing_index,
        list_filter(
            list_transform(
                trajectory,
                lambda event: {
                    'id': event.id,
                    'source': event.source,
                    'recorded_at': event.timestamp,
                    'act': nullif(event.action, 'null'),
                    'seen': nullif(event.observation, 'null'),
                    'content': event.content,
                    'message': event.message,
                    'extras': coalesce(try_cast(event.extras as json), '{}')
                }
            ),
            lambda event:
                coalesce(event.act, event.seen) is not null
                and coalesce(event.act, '') not in ('initialize', 'change_agent_state')
                and coalesce(event.seen, '') <> 'agent_state_changed'
                and not (
                    coalesce(event.act, '') = 'message'
                    and is_blank(concat(event.content, event.extras ->> '$.content', event.message))
                    and not regexp_matches(cast(event.extras as varchar), '"images?_urls":\s*\[\s*"')
                )
        ) as events,
),

-- the forms of segments, and how many agents are at work for another
formed as (
    from imported
    select
        *,
        list_transform(
            events,
            lambda event: case
                when event.act = 'message' and event.source = 'agent' then 'words'
                when event.act = 'message' then 'user'
                when event.act is not null and event.source is distinct from 'agent' then 'foreign_act'
                when event.act = 'delegate' then 'delegate_call'
                when event.act = 'finish' then 'finish_call'
                when event.act is not null then 'act_call'
                when event.seen = 'delegate' then 'return_result'
                else 'seen_result'
            end
        ) as forms,
        list_transform(
            events,
            lambda event, place:
                len(list_filter(forms[:place - 1], lambda form: form = 'delegate_call'))
                - len(list_filter(forms[:place - 1], lambda form: form = 'return_result'))
        ) as depths,
),

cut as (
    from formed
    select
        trajectory_id,
        landing_index,
        events,
        list_transform(
            forms,
            lambda form, place: segment(
                case
                    when form = 'finish_call' and depths[place] > 0 then 'words'
                    -- behind the other agent's words it answers no call
                    when form = 'return_result' and forms[place - 1] <> 'delegate_call' then 'return'
                    else form
                end,
                case
                    when form in ('words', 'delegate_call', 'finish_call', 'act_call') then
                        len(
                            list_filter(
                                forms[:place],
                                lambda other: other in ('words', 'delegate_call', 'finish_call', 'act_call')
                            )
                        ) - 1
                end,
                null,
                null,
                place,
                null
            )
        ) as segments,
),

placed as (
    from cut
    select
        trajectory_id,
        landing_index,
        events,
        cast(generate_subscripts(segments, 1) - 1 as integer) as step_index,
        unnest(placed_segments(segments)) as place,
),

read as (
    from placed
    select
        trajectory_id,
        landing_index,
        step_index,
        place.segment.form as form,
        place.segment.turn as turn_index,
        place.link.id as tool_call_id,
        place.link.fate as fate,
        unnest([events[cast(place.segment.text as integer)]]) as event,
),

told as (
    from read
    select
        * exclude (event),
        event.act as act,
        event.seen as seen,
        event.source as speaker,
        event.message as message,
        event.extras as extras,
        case
            when act = 'message' then regexp_replace(
                coalesce(nullif(event.content, ''), extras ->> '$.content'), '^USER \(assistant\): ', ''
            )
            when seen in ('edit', 'write', 'read', 'rag_search', 'crawl', 'task_plan', 'error', 'user_rejected')
                then concat_ws(
                    chr(10),
                    nullif(nullif(message, ''), event.content),
                    case when event.content <> '' or is_blank(message) then event.content end
                )
            when seen = 'delegate' then coalesce(nullif(event.content, ''), extras ->> '$.outputs.content')
            else event.content
        end as content,
        -- without a zone it is UTC
        try_cast(
            concat(
                event.recorded_at,
                case when not regexp_matches(event.recorded_at, '([zZ]|[+-]\d\d:?\d\d)$') then 'Z' end
            ) as timestamptz
        ) as recorded_at,
        without_outer_blanks(extras ->> '$.thought') as thought,
        coalesce(
            extras ->> '$.outputs.content',
            case when json_type(extras, '$.outputs') = 'VARCHAR' then extras ->> '$.outputs' end,
            extras ->> '$.thought',
            message,
            ''
        ) as last_words,
        case when act = 'browse_interactive' then written_call(extras ->> '$.browser_actions') end as call,
        case when seen like 'browse%' then json_extract(extras, '$.axtree_object') end as tree,
        case when json_type(tree, '$.nodes') = 'ARRAY' then md5(cast(tree as varchar)) end as page,
),

-- ---- a page: its nodes, who is whose child, and from the root down a line for each

pages as (
    from told
    select page, any_value(json_extract(tree, '$.nodes[*]')) as nodes
    where page is not null
    group by page
),

listed_nodes as (
    from pages
    select page, unnest(nodes) as node, generate_subscripts(nodes, 1) as place
),

nodes as (
    from listed_nodes
    select
        page,
        place,
        node ->> '$.nodeId' as id,
        json_extract_string(node, '$.childIds[*]') as children,
        coalesce(node ->> '$.role.value', '') as role,
        node ->> '$.name.value' as name,
        node ->> '$.browsergym_id' as bid,
        json_extract(node, '$.value.value') as value,
        shown_properties(json_extract(node, '$.properties')) as properties,
    qualify row_number() over (partition by page, node ->> '$.nodeId' order by place) = 1
),

links as (
    from nodes
    select
        page,
        id as parent,
        place as parent_place,
        unnest(children) as child,
        generate_subscripts(children, 1) as position,
),

-- each node has one parent, and the root none: nothing can go round in circles
branches as (
    from links
    join nodes on nodes.page = links.page and nodes.id = links.child
    select links.page, links.parent, links.child, links.position
    where nodes.place > 1
    qualify row_number() over (partition by links.page, links.child order by links.parent_place, links.position) = 1
),

walk as (
    from nodes
    select
        page,
        id,
        [0] as path,
        0 as depth,
        '' as parent_name
    where place = 1
    union all
    from walk
    join nodes as above on above.page = walk.page and above.id = walk.id
    join branches on branches.page = walk.page and branches.parent = walk.id
    select
        walk.page,
        branches.child,
        list_append(walk.path, branches.position),
        walk.depth
        + case when is_shown_node(above.role, above.name, above.properties, walk.parent_name) then 1 else 0 end,
        coalesce(above.name, '')
),

page_texts as (
    from walk
    join nodes using (page, id)
    select
        page,
        string_agg(
            concat(
                repeat(chr(9), depth),
                '[' || bid || '] ',
                role,
                case when role <> 'generic' or name <> '' then ' ' || shown_text(trim(name, e' \n\t\r')) end,
                ' value=' || case
                    when json_type(value) = 'VARCHAR' then shown_text(value ->> '$') else python_literal(value)
                end,
                array_to_string(list_transform(properties, lambda property: ', ' || property), '')
            ),
            chr(10) order by path
        ) as axtree,
    where is_shown_node(role, name, properties, parent_name)
    group by page
),

judged as (
    from told
    left join page_texts using (page)
    select
        told.*,
        page_texts.axtree,
        case
            when act = 'browse_interactive' and browsergym_parameters(call.function) is not null
                then arguments_by_name(call.arguments, browsergym_parameters(call.function))
            when act = 'browse_interactive' then null
            when act = 'browse' then json_object('url', extras ->> '$.url')
            when act = 'delegate' and (extras ->> '$.agent') in ('CrawlAgent', 'RagAgent')
                and json_type(extras, '$.inputs') = 'OBJECT' then read_arguments(json_extract(extras, '$.inputs'))
            when act = 'delegate' then json_object(
                'agent', coalesce(extras ->> '$.agent', ''),
                'task', coalesce(extras ->> '$.inputs.task', extras ->> '$.inputs', '')
            )
            when act = 'finish' then json_object('message', last_words)
            -- a typed column gives every act the members of all others, as nulls
            when act is not null and read_arguments(extras) is not null
                then without_bookkeeping(json_merge_patch('{}', extras))
        end as arguments,
        case
            when act = 'browse_interactive' and arguments is not null then call.function
            when act = 'browse' then 'goto'
            when act = 'delegate' and (extras ->> '$.agent') in ('CrawlAgent', 'RagAgent') and arguments is not null
                then 'delegate_to_' || (extras ->> '$.agent')
            when act = 'delegate' then 'delegate_to_agent'
            when act not in ('run', 'run_ipython', 'browse_interactive') then act
        end as function,
        case
            when act = 'run' then coalesce(extras ->> '$.command', '')
            when act = 'run_ipython' then coalesce(extras ->> '$.code', '')
            when act = 'browse_interactive' then coalesce(extras ->> '$.browser_actions', '')
        end as code,
        case
            when form = 'foreign_act' then 'an act of somebody else than the agent'
            when ends_with(form, '_call') and function is null and code = '' then act || ' without its code'
            when ends_with(form, '_call') and function is not null and arguments is null
                then 'a call whose arguments are no JSON object with unique keys'
        end as problem,
)

from judged
select
    trajectory_id,
    'openhands' as dataset,
    landing_index,
    step_index,
    turn_index,
    case
        when turn_index is null and axtree is not null then 'web_observation'
        when turn_index is null then 'text_observation'
        when form = 'words' or problem is not null then 'message_action'
        when function is null then 'code_action'
        else 'api_action'
    end as class,
    case when turn_index is null then 'observation' else 'action' end as kind,
    case
        when turn_index is not null then 'agent'
        when form in ('user', 'foreign_act') then 'user'
        else 'environment'
    end as source,
    case class
        when 'text_observation' then
            case when form = 'foreign_act' then concat(act, ' ', extras) else coalesce(content, message, '') end
        when 'message_action' then
            case
                when problem is not null then cast(json_object('name', act, 'arguments', extras) as varchar)
                when act = 'finish' then last_words
                else coalesce(content, message, '')
            end
        when 'code_action' then code
    end as content,
    case when class = 'api_action' then function end as function,
    case when class = 'api_action' then arguments end as arguments,
    case
        when class = 'code_action' then case act when 'run' then 'bash' when 'run_ipython' then 'python' else 'web' end
    end as language,
    -- an agent that finishes says the same once more
    case
        when turn_index is not null and (act <> 'finish' or thought <> without_outer_blanks(last_words)) then thought
    end as thought,
    tool_call_id,
    case when class = 'web_observation' then extras ->> '$.url' end as url,
    axtree,
    recorded_at,
    nullif(
        json_merge_patch(
            '{}',
            json_object(
                'unreadable', problem,
                'result', case when problem is null then fate end,
                'observation', case when form <> 'user' then seen end,
                'exit_code', json_extract(extras, '$.exit_code'),
                'error', nullif(extras ->> '$.last_browser_action_error', '')
            )
        ),
        '{}'
    ) as details,
;

-- staging.openhands_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.openhands, staging.openhands_steps
--
-- The verdict is the user's: `feedback`, positive or negative. Model and agent stand in the event that opens a session.
create or replace table staging.openhands_trajectories as
with

imported as (
    from raw.openhands
    select
        make_trajectory_id('openhands', source_id, occurrence) as trajectory_id,
        record as landing_index,
        source_id,
        source_file,
        source_row,
        case feedback when 'positive' then true when 'negative' then false end as outcome,
        try_cast(list_filter(trajectory, lambda event: event.action = 'initialize')[1].extras as json) as opening,
        with_extra(
            json_merge_patch(
                '{}',
                json_object(
                    'version', version, 'feedback', feedback, 'permissions', permissions, 'timestamp', timestamp,
                    'agent', opening ->> '$.AGENT', 'language', opening ->> '$.LANGUAGE'
                )
            ),
            raw_extra
        ) as details,
),

endings as (
    from staging.openhands_steps
    select
        landing_index,
        first_unreadable(step_index, details) as problem,
        min(recorded_at) as started_at,
        task_hash(arg_min(content, step_index) filter (source = 'user')) as task_id,
        true as has_steps,
    group by landing_index
)

from imported
left join endings using (landing_index)
select
    trajectory_id,
    'openhands' as dataset,
    landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_id,
    outcome,
    case
        when has_steps is null then 'no_steps'
        when problem is not null then 'unreadable_step'
        when outcome is not true then 'unresolved'
    end as exclusion,
    case exclusion
        when 'unreadable_step' then problem
        when 'unresolved' then case when outcome is null then 'the source gives no verdict' end
    end as exclusion_detail,
    opening ->> '$.LLM_MODEL' as model,
    'OpenHands' as agent,
    started_at,
    details,
order by landing_index
;
