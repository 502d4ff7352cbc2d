-- On which side of a split a record is follows from its task: what is held out is in no other part of the set.
with

records as (
    from sft.codeact
    select 'codeact' as target, id, id as trajectory_id, split
    union all
    from sft.proactive_agent
    select 'proactive_agent', id, trajectory_id, split
    union all
    from sft.reward
    select 'reward', id, trajectory_id, split
)

from records
join standard.trajectories as trajectories using (trajectory_id)
select target, id, task_id, split
where split is distinct from held_out_split(task_id) or split is null
;
