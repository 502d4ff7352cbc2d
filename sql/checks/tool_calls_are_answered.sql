-- Messages with tool calls are what chat models can read: known roles, text as content, calls of tools that are listed
-- with arguments that fit, each answered once before anybody else speaks, none left open.
with

messages as (
    from sft.openhands_tools
    select
        id,
        unnest(messages) as message,
        generate_subscripts(messages, 1) as position,
),

read as (
    from messages
    select
        id,
        position,
        message ->> '$.role' as role,
        coalesce(json_type(message, '$.content'), 'none') as content_type,
        message ->> '$.tool_call_id' as answers,
        from_json(
            message -> '$.tool_calls',
            '[{"id": "VARCHAR", "type": "VARCHAR", "function": {"name": "VARCHAR", "arguments": "VARCHAR"}}]'
        ) as calls,
        max(case message ->> '$.role' when 'tool' then null else position end)
            over (partition by id order by position) as speaks,
),

-- neighbours say who may follow whom
forms as (
    from read
    select
        id,
        position,
        case
            when role is null or role not in ('system', 'user', 'assistant', 'tool') then 'an unknown role'
            when content_type <> 'VARCHAR' then 'content that is no text'
            when (role = 'system') <> (position = 1) then 'a system prompt elsewhere than in front'
            when position = 2 and role <> 'user' then 'the user does not begin'
            when role in ('user', 'assistant') and role = lag(role) over (partition by id order by position)
                then 'the same speaker twice'
            when lead(role) over (partition by id order by position) is null and role not in ('assistant', 'tool')
                then 'the agent does not end'
            when calls is not null and role <> 'assistant' then 'a call by somebody else'
            when answers is null and role = 'tool' then 'an answer to nothing'
        end as problem,
),

calls as (
    from read
    select id, position, speaks, unnest(calls) as call,
),

-- how often each id is called and answered behind the same message
links as (
    from calls
    select id, speaks, call.id as call_id, 1 as called, 0 as answered
    union all by name
    from read
    select id, speaks, answers as call_id, 0 as called, 1 as answered
    where role = 'tool'
),

open_calls as (
    from links
    select
        id,
        speaks as position,
        case
            when sum(called) = 0 then 'an answer to no pending call'
            when sum(called) > 1 then 'one id for several calls'
            when sum(answered) = 0 then 'a call without an answer'
            when sum(answered) > 1 then 'several answers to a call'
        end as problem,
    group by id, speaks, call_id
),

shown_tools as (
    from sft.chat_toolsets
    select chat_toolset_id, unnest(from_json(tools, '["JSON"]')) as tool,
),

named_tools as (
    from shown_tools
    select
        chat_toolset_id,
        tool ->> '$.function.name' as name,
        tool -> '$.function.parameters' as parameters,
),

unfit_calls as (
    from calls
    join sft.chat_tools as shown on shown.trajectory_id = calls.id
    left join named_tools as tools
        on tools.chat_toolset_id = shown.chat_toolset_id
        and tools.name = call.function.name
    select
        calls.id,
        position,
        case
            when tools.name is null then 'a call of a tool that is not listed'
            when json_type(try_cast(call.function.arguments as json)) is distinct from 'OBJECT'
                then 'arguments that are no object'
            when not list_has_all(
                coalesce(json_keys(parameters, '$.properties'), []),
                json_keys(try_cast(call.function.arguments as json))
            ) and coalesce(parameters ->> '$.additionalProperties', 'false') <> 'true'
                then 'an argument that the tool does not have'
            when not list_has_all(
                json_keys(try_cast(call.function.arguments as json)),
                coalesce(from_json(parameters -> '$.required', '["VARCHAR"]'), [])
            ) then 'an argument missing'
        end as problem,
),

problems as (
    from forms
    union all by name
    from open_calls
    union all by name
    from unfit_calls
)

from problems
select id as trajectory_id, position, problem
where problem is not null
;
