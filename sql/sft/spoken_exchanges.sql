-- sft.spoken_exchanges
-- grain     one row per message of the agent, and one per trajectory for what comes before its first (exchange -1)
-- key       trajectory_id, exchange
-- upstream  sft.spoken_steps
--
-- A message of the agent, its calls, and as JSON messages what it is answered: one of the role `tool` for each call,
-- then what the user or the environment says. In each of these messages the content comes last. Calls are numbered by
-- their message, so that an id tells nothing of where a message came from.
create or replace view sft.spoken_exchanges as
with

exchanges as (
    from sft.spoken_steps
    select
        trajectory_id,
        dataset,
        landing_index,
        exchange,
        coalesce(string_agg(nullif(said, ''), chr(10) || chr(10) order by step_index), '') as said,
        list({'step': step_index, 'name': called, 'arguments': given} order by step_index)
            filter (called is not null) as calls,
        list({'step': answers, 'text': shown} order by step_index) filter (answers is not null) as results,
        string_agg(shown, chr(10) || chr(10) order by step_index) filter (answers is null) as news,
    group by trajectory_id, dataset, landing_index, exchange
)

from exchanges
select
    trajectory_id,
    dataset,
    landing_index,
    exchange,
    said,
    calls,
    list_concat(
        tool_messages(numbered_calls(calls, exchange), results),
        case when news is not null then [to_json({'role': 'user', 'content': news})] else [] end
    ) as replies,
;
