-- Every exclusion has a code of seeds.exclusion_reasons: reports add them up, and users look them up.
with

given as (
    from standard.trajectories
    select 'standard' as target, trajectory_id, exclusion as code
    where exclusion is not null
    union all
    from sft.unfit
    select target, trajectory_id, reason
)

from given
left join seeds.exclusion_reasons as reasons using (code)
left join seeds.targets as targets using (target)
select distinct target, trajectory_id, code
where reasons.code is null or (targets.target is null and target not in ('standard', '*'))
;
