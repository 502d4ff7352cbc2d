-- sft.foreseeable
-- grain     one row per message of the agent that can be foreseen: something comes before it, and it may be learnt from
-- key       trajectory_id, exchange
-- upstream  sft.exchanges, standard.stacked_trajectories
--
-- What the sets of the Speculative Tool Actions have a row of; sft.decisions adds what is read off the texts. Of a
-- message with several actions the first call says what it is for, without calls the last words do: `step_index` (see
-- standard.ruled_actions). `label` is the verdict on the whole trajectory, not on the step: the source's own
-- (`label_by` is `source`), else what the agent says of itself (`agent`). `weight` is the length of what is thought,
-- said and called.
create or replace view sft.foreseeable as
with

trajectories as (
    from standard.stacked_trajectories
    select
        trajectory_id,
        task_id,
        held_out_split(coalesce(task_id, trajectory_id)) as split,
        coalesce(outcome, try_cast(details ->> '$.agent_verdict' as boolean)) as label,
        case when outcome is not null then 'source' when label is not null then 'agent' end as label_by,
        md5(system_prompt) as prompt_id,
),

messages as (
    from sft.exchanges
    select
        dataset,
        landing_index,
        trajectory_id,
        exchange,
        coalesce(min(step_index) filter (is_call), max(step_index) filter (is_action)) as step_index,
        bool_and(trained) as trained,
        coalesce(bool_or(is_call), false) as is_call,
        coalesce(sum(weight) filter (is_action), 0)::bigint as weight,
    group by dataset, landing_index, trajectory_id, exchange
),

beginnings as (
    from messages
    select trajectory_id, min(exchange) as first_exchange,
    group by trajectory_id
)

from messages
join beginnings using (trajectory_id)
join trajectories using (trajectory_id)
select
    messages.dataset,
    messages.landing_index,
    trajectory_id,
    exchange,
    step_index,
    is_call,
    weight,
    task_id,
    split,
    label,
    label_by,
    prompt_id,
where exchange > first_exchange and trained and weight > 0
;
