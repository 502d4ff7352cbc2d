-- No task that is held out for evaluation is trained on, in any set that holds tasks out, and no task is in both the
-- training part and the test part of a set: what a model is judged with it must not have seen.
--
-- A preference is about two trajectories: the other one's task counts, too.
with

used as (
    from sft.proposer
    select 'proposer' as target, trajectory_id, split
    union
    from sft.proposer_brief
    select 'proposer_brief', trajectory_id, split
    union
    from sft.verifier
    select 'verifier', trajectory_id, split
    union
    from sft.verifier_preference
    select 'verifier_preference', trajectory_id, split
    union
    from sft.verifier_preference
    select 'verifier_preference', rejected_trajectory_id, split
    union
    from sft.speculative_eval
    select 'speculative_eval', trajectory_id, split
),

tasks as (
    from used
    join standard.stacked_trajectories as trajectories using (trajectory_id)
    select target, coalesce(task_id, trajectory_id) as task_id, split
),

sides as (
    from tasks
    select
        task_id,
        list(distinct split order by split) as splits,
        list(distinct target order by target) as targets,
        coalesce(bool_or((split = 'eval') <> (target = 'speculative_eval')), true) as is_on_the_wrong_side,
    group by task_id
)

from sides
select task_id, splits, targets
where len(splits) <> 1 or is_on_the_wrong_side
order by task_id
;
