-- sft.decision_prompts
-- grain     one row per message of the agent that can be foreseen
-- key       trajectory_id, exchange
-- upstream  seeds.prompt_limit, sft.decisions, sft.spoken_exchanges, standard.stacked_trajectories
--
-- What comes before each message, and the message itself: of all the trajectory's `messages`, JSON messages of a chat,
-- those from first_message to last_message, which each set takes for itself, so that nothing that a set adds to one of
-- its rows is in another. `is_answered` says whether the last of them is one that somebody else than the agent wrote.
--
-- The histories of a trajectory grow with the square of its messages: that is what the sets are. No more is written on
-- the way: of three ways to put them together (`string_agg` over a frame, prefixes of a joined text, slices of a list)
-- the slices were as fast as the others, and a limit shortens their work, too.
create or replace view sft.decision_prompts as
with

exchanges as materialized (
    from sft.spoken_exchanges
    select
        trajectory_id,
        exchange,
        said,
        calls,
        case when exchange >= 0 then assistant_words(said, null, numbered_calls(calls, exchange)) end as message,
        case when exchange >= 0 then list_prepend(message, replies) else replies end as messages,
        len(replies) > 0 as is_answered,
        sum(len(messages)) over so_far as message_count,
        sum(length(cast(messages as varchar))) over so_far as characters
    window so_far as (
        partition by trajectory_id
        order by exchange
        rows between unbounded preceding and current row
    )
),

trajectories as (
    from exchanges
    select
        trajectory_id,
        list(exchange order by exchange) as exchanges,
        flatten(list(messages order by exchange)) as messages,
        list(is_answered order by exchange) as answered,
        list_prepend(0::bigint, list(cast(message_count as bigint) order by exchange)) as message_counts,
        list_prepend(0::bigint, list(cast(characters as bigint) order by exchange)) as lengths,
    group by trajectory_id
),

placed as (
    from sft.decisions as decisions
    join exchanges as own using (trajectory_id, exchange)
    join trajectories using (trajectory_id)
    cross join seeds.prompt_limit as prompt_limit
    select
        decisions.*,
        own.said,
        own.calls,
        own.message,
        trajectories.messages,
        message_counts,
        -- counted from 1, as the lists are but for their leading 0
        list_position(exchanges, exchange) - 1 as last_place,
        answered[last_place] as is_answered,
        -- the newest is kept, however long it is
        least(
            last_place,
            1 + len(
                list_filter(
                    lengths[1:last_place + 1], lambda length: lengths[last_place + 1] - length > prompt_limit.characters
                )
            )
        ) as first_place,
)

from placed
join standard.stacked_trajectories as sources using (trajectory_id)
select
    placed.dataset,
    placed.landing_index,
    trajectory_id,
    exchange,
    placed.step_index,
    placed.action_type,
    placed.split,
    placed.label,
    placed.label_by,
    sources.outcome,
    sources.system_prompt,
    said,
    calls,
    message,
    messages,
    message_counts[first_place] + 1 as first_message,
    message_counts[last_place + 1] as last_message,
    is_answered,
;
