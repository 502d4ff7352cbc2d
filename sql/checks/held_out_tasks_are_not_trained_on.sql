-- No task that is held out for evaluation is trained on, in any set that holds tasks out, and no task is in both the
-- training part and the test part of a set: what a model is judged with it must not have seen.
--
-- A preference is about two trajectories: the other one's task counts, too.
with

-- the views themselves are rendered part by part where the warehouse is large, and parts do not see each other's tasks
members as (
    from sft.frames
    join seeds.targets using (target)
    select target, trajectory_id
    where not is_test_data and kin = 'decisions'
),

used as (
    from sft.decisions
    join members using (trajectory_id)
    select distinct target, trajectory_id, split
    union
    from sft.alternatives
    join members using (trajectory_id)
    join sft.decisions as decisions using (trajectory_id, exchange)
    select target, other_trajectory_id, split
    where target = 'verifier_preference'
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
