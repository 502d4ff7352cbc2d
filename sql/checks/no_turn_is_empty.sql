-- No turn of a training set is empty: an empty answer would be learnt, and chat templates stumble over empty questions.
with

turns as (
    from sft.openhands
    select 'openhands' as target, id, unnest(conversations).value as text
    union all
    from sft.sweagent
    select 'sweagent', id, unnest(conversations).value
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
