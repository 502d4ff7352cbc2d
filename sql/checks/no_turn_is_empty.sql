-- No turn of a training set is empty: an empty answer would be learnt, and chat templates stumble over empty questions.
with

turns as (
    from sft.openhands
    select 'openhands' as target, id, unnest(conversations).value as text
    union all
    from sft.sweagent
    select 'sweagent', id, unnest(conversations).value
    union all
    from sft.mini_swe_agent
    select 'mini_swe_agent', id, unnest(conversations).value
    union all
    from sft.openhands_tools
    select
        'openhands_tools',
        id,
        -- an answer may be nothing but calls, and a call may return nothing
        unnest(
            list_filter(
                messages,
                lambda message: message ->> '$.role' in ('user', 'assistant')
                    and not json_exists(message, '$.tool_calls')
            )
        ) ->> '$.content',
    union all
    from sft.agentlab
    select 'agentlab', id, unnest(conversations).content
)

from turns
select
    target,
    id,
    count(*) as empty_turns,
where is_blank(text)
group by target, id
;
