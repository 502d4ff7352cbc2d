-- In a conversation human and agent take turns, the human first and the agent last: chat templates demand it.
with

conversations as (
    from sft.openhands
    select 'openhands' as target, id, list_transform(conversations, lambda turn: turn['from']) as speakers
    union all
    from sft.sweagent
    select 'sweagent', id, list_transform(conversations, lambda turn: turn['from'])
    union all
    from sft.mini_swe_agent
    select 'mini_swe_agent', id, list_transform(conversations, lambda turn: turn['from'])
    union all
    from sft.agentlab
    select
        'agentlab',
        id,
        list_transform(
            conversations,
            lambda turn: case turn['role'] when 'user' then 'human' when 'assistant' then 'gpt' else turn['role'] end
        )
)

from conversations
select target, id, speakers
where speakers is null
    or len(speakers) % 2 = 1
    or len(speakers) = 0
    or speakers <> flatten(list_transform(range(len(speakers) // 2), lambda pair: ['human', 'gpt']))
;
