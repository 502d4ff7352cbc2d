-- On which side of a split a conversation is follows from its task: what is held out is in no other part of the set.
from sft.codeact as conversations
join standard.trajectories as trajectories on trajectories.trajectory_id = conversations.id
select trajectories.trajectory_id, task_id, split
where split is distinct from held_out_split(task_id) or split is null
;
