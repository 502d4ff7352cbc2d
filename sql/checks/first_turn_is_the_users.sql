-- A trajectory that an agent is trained on begins with what the user asks or the environment shows, not with an action.
with

trained_on as (
    from seeds.targets
    cross join standard.trajectories
    anti join sft.exclusions using (target, trajectory_id)
    select distinct trajectory_id
)

from standard.steps
semi join trained_on using (trajectory_id)
select trajectory_id, class, source
where step_index = 0 and (kind <> 'observation' or source = 'agent')
;
