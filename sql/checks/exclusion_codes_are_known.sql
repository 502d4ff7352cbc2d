-- Every exclusion is of a trajectory and has a code of seeds.exclusion_reasons: reports count them, users look them up.
with

given as (
    from standard.trajectories
    select 'standard' as target, trajectory_id, exclusion as code
    where exclusion is not null
    union all
    from sft.unfit
    select target, trajectory_id, reason
    union all
    from sft.decision_misfits
    select target, trajectory_id, reason
),

known as (
    from seeds.targets
    select target
    union
    from seeds.targets
    select kin
    union
    select unnest(['standard', '*'])
)

from given
left join seeds.exclusion_reasons as reasons using (code)
left join known on known.target = given.target
left join standard.stacked_trajectories as trajectories on trajectories.trajectory_id = given.trajectory_id
select distinct given.target, given.trajectory_id, code
where reasons.code is null or known.target is null or trajectories.trajectory_id is null
;
