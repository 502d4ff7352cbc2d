-- sft.decision_prompts
-- grain     one row per message of the agent that can be foreseen
-- key       trajectory_id, exchange
-- upstream  seeds.prompt_limit, sft.decisions, sft.spoken_exchanges, standard.ruled_actions,
--           standard.stacked_trajectories
--
-- What comes before each message, as JSON messages of a chat (`history`), and the message itself. Each history is put
-- together from the messages as they are, so nothing that a set adds to one of its rows is in another. `is_answered`
-- says whether it ends in a message that somebody else than the agent wrote.
--
-- The histories of a trajectory grow with the square of its messages: that is what the sets are. Nothing else does: a
-- message is joined to the histories that it is part of, and with a limit to those alone. (Slices of a list of all
-- messages were faster, but the list is carried along with every row.)
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
        -- characters before it
        coalesce(cast(sum(length(cast(messages as varchar))) over before as bigint), 0) as beginning,
        max(exchange) over before as previous_exchange,
        lag(len(replies) > 0) over (partition by trajectory_id order by exchange) as is_answered
    window before as (
        partition by trajectory_id
        order by exchange
        rows between unbounded preceding and 1 preceding
    )
),

messages as (
    from exchanges
    select
        trajectory_id,
        exchange,
        beginning,
        unnest(messages) as message,
        beginning + generate_subscripts(messages, 1) as place,
),

-- the newest is kept, however long it is
histories as (
    from sft.decisions as decisions
    join exchanges as own using (trajectory_id, exchange)
    cross join seeds.prompt_limit as prompt_limit
    join messages as earlier
        on earlier.trajectory_id = decisions.trajectory_id
        and earlier.exchange < decisions.exchange
        and (
            earlier.beginning >= own.beginning - prompt_limit.characters
            or earlier.exchange = own.previous_exchange
        )
    select
        decisions.trajectory_id,
        decisions.exchange,
        list(earlier.message order by earlier.place) as history,
    group by decisions.trajectory_id, decisions.exchange
)

from histories
join sft.decisions as decisions using (trajectory_id, exchange)
join exchanges as own using (trajectory_id, exchange)
join standard.ruled_actions as types
    on types.trajectory_id = decisions.trajectory_id
    and types.step_index = decisions.step_index
join standard.stacked_trajectories as sources using (trajectory_id)
select
    decisions.dataset,
    decisions.landing_index,
    trajectory_id,
    exchange,
    decisions.step_index,
    types.action_type,
    decisions.split,
    decisions.label,
    decisions.label_by,
    sources.outcome,
    sources.system_prompt,
    own.said,
    own.calls,
    own.message,
    history,
    own.is_answered,
;
