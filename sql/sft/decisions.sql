-- sft.decisions
-- grain     one row per message of the agent that can be foreseen: something comes before it, and it may be learnt from
-- key       trajectory_id, exchange
-- upstream  sft.exchanges, standard.stacked_trajectories, standard.steps
--
-- What the sets of the Speculative Tool Actions have a row of. Of a message with several actions the first call says
-- what it is for, without calls the last words do: `step_index` (see standard.ruled_actions). `label` is the verdict on
-- the whole trajectory, not on the step: the source's own (`label_by` is `source`), else what the agent says of itself
-- (`agent`).
--
-- `weight` is the length of what is said and called, `state` stands for all that comes before the message, the ids of
-- calls aside: runs of one task share it as long as they go the same way. It is worked out where there is a verdict.
create or replace view sft.decisions as
with

trajectories as (
    from standard.stacked_trajectories
    select
        dataset,
        landing_index,
        trajectory_id,
        held_out_split(coalesce(task_id, trajectory_id)) as split,
        task_id,
        md5(system_prompt) as prompt_id,
        coalesce(outcome, try_cast(details ->> '$.agent_verdict' as boolean)) as label,
        case when outcome is not null then 'source' when label is not null then 'agent' end as label_by,
),

-- what texts say is asked before steps are put beside each other, which then carry no text along
told as (
    from standard.steps as steps
    join trajectories using (trajectory_id)
    select
        trajectory_id,
        steps.step_index,
        trainable,
        kind = 'action' as is_action,
        class in ('code_action', 'api_action') as is_code_or_call,
        coalesce(length(thought), 0) + coalesce(length(content), 0) + coalesce(length(cast(arguments as varchar)), 0)
            as weight,
        case
            when label is not null
                then md5(
                    concat_ws(
                        chr(31), class, function, language, without_trailing_blanks(thought), nullif(content, ''),
                        cast(arguments as varchar)
                    )
                )
        end as hash,
),

steps as (
    from told
    join sft.exchanges as places
        on places.trajectory_id = told.trajectory_id
        and places.step_index = told.step_index
    select
        places.dataset,
        places.landing_index,
        told.trajectory_id,
        exchange,
        told.step_index,
        trainable,
        is_action,
        is_code_or_call and not is_told as is_call,
        weight,
        hash,
),

exchanges as (
    from steps
    select
        dataset,
        landing_index,
        trajectory_id,
        exchange,
        coalesce(min(step_index) filter (is_call), max(step_index) filter (is_action)) as step_index,
        bool_and(trainable) filter (is_action) as trained,
        coalesce(bool_or(is_call), false) as is_call,
        coalesce(sum(weight) filter (is_action), 0)::bigint as weight,
        md5(string_agg(hash, '' order by step_index) filter (is_action)) as message_hash,
        md5(concat(exchange, string_agg(hash, '' order by step_index))) as hash,
    group by dataset, landing_index, trajectory_id, exchange
),

placed as (
    from exchanges
    select
        *,
        count(*) over before as exchanges_before,
        sum(cast(md5_number_lower(hash) as hugeint)) over before as state
    window before as (
        partition by trajectory_id
        order by exchange
        rows between unbounded preceding and 1 preceding
    )
)

from placed
join trajectories using (trajectory_id)
select
    placed.dataset,
    placed.landing_index,
    trajectory_id,
    exchange,
    step_index,
    is_call,
    weight,
    message_hash,
    case when hash is not null then md5(concat(prompt_id, ' ', state)) end as state,
    task_id,
    split,
    label,
    label_by,
where exchange >= 0 and trained and weight > 0 and exchanges_before > 0
;
