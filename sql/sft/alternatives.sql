-- sft.alternatives
-- grain     one row per message of the agent beside which another one is put that is worse
-- key       trajectory_id, exchange
-- upstream  sft.decisions, sft.spoken_steps, standard.ruled_actions, standard.stacked_trajectories
--
-- The pairs of sft.verifier_preference: both messages answer one and the same prompt. First come real ones: where two
-- runs of a task went the same way up to here and then differ, the message of the run that succeeded stands against
-- that of one that failed. Where there is none, up to one message in five of a run that succeeded stands against an
-- earlier message of the same run, done once more though its result is known: of another type, with calls or without as
-- it has, and as nearly as long as can be. `is_synthetic` marks these. What is chosen among equals is chosen by md5.
--
-- `said` and `calls` are the other message: a range of trajectories has no others, and to look for it in the same one
-- would carry all prompts along.
create or replace view sft.alternatives as
with

decisions as (
    from sft.decisions as decisions
    join standard.ruled_actions as types
        on types.trajectory_id = decisions.trajectory_id
        and types.step_index = decisions.step_index
    select decisions.*, action_type
    where label is not null
),

good as (
    from decisions
    join standard.stacked_trajectories as trajectories using (trajectory_id)
    select decisions.*
    where label and trajectories.exclusion is null
),

bad as (
    from decisions
    join standard.stacked_trajectories as trajectories using (trajectory_id)
    select decisions.*
    where not label and coalesce(trajectories.exclusion in ('unresolved', 'incomplete'), true)
),

real_pairs as (
    from good
    join bad
        on bad.dataset = good.dataset
        and bad.task_id = good.task_id
        and bad.exchange = good.exchange
        and bad.state = good.state
        and bad.message_hash <> good.message_hash
    select
        good.dataset,
        good.landing_index,
        good.trajectory_id,
        good.exchange,
        bad.trajectory_id as other_trajectory_id,
        bad.exchange as other_exchange,
        bad.step_index as other_step_index,
        bad.action_type as other_action_type,
        false as is_synthetic,
    qualify row_number() over (
        partition by good.trajectory_id, good.exchange
        order by md5(good.trajectory_id || bad.trajectory_id), bad.trajectory_id
    ) = 1
),

-- one in five, at least one
drawn as (
    from good
    anti join real_pairs using (trajectory_id, exchange)
    select *
    where exchange > 0
    qualify row_number() over (partition by trajectory_id order by md5(trajectory_id || '-' || exchange))
        <= greatest(count(*) over (partition by trajectory_id) // 5, 1)
),

repeats as (
    from drawn
    join decisions as earlier
        on earlier.trajectory_id = drawn.trajectory_id
        and earlier.exchange < drawn.exchange
        and earlier.action_type <> drawn.action_type
        and earlier.message_hash <> drawn.message_hash
    select
        drawn.dataset,
        drawn.landing_index,
        drawn.trajectory_id,
        drawn.exchange,
        earlier.trajectory_id as other_trajectory_id,
        earlier.exchange as other_exchange,
        earlier.step_index as other_step_index,
        earlier.action_type as other_action_type,
        true as is_synthetic,
    qualify row_number() over (
        partition by drawn.trajectory_id, drawn.exchange
        order by earlier.is_call <> drawn.is_call, abs(earlier.weight - drawn.weight), earlier.exchange desc
    ) = 1
),

pairs as (
    from real_pairs
    union all by name
    from repeats
),

messages as (
    from sft.spoken_steps as steps
    semi join pairs
        on pairs.other_trajectory_id = steps.trajectory_id
        and pairs.other_exchange = steps.exchange
    select
        trajectory_id as other_trajectory_id,
        exchange as other_exchange,
        coalesce(string_agg(nullif(said, ''), chr(10) || chr(10) order by step_index), '') as said,
        list({'step': step_index, 'name': called, 'arguments': given} order by step_index)
            filter (called is not null) as calls,
    group by trajectory_id, exchange
)

from pairs
join messages using (other_trajectory_id, other_exchange)
select
    dataset,
    landing_index,
    trajectory_id,
    exchange,
    other_trajectory_id,
    other_exchange,
    other_step_index,
    other_action_type,
    is_synthetic,
    said,
    calls,
;
