-- How many trajectories each agent is trained on, per dataset, and why the others are left out.
with

targets as (
    from seeds.targets
    select target
),

placed as (
    from standard.trajectories
    cross join targets
    left join sft.exclusions as exclusions using (target, trajectory_id)
    select
        dataset,
        target,
        reason,
        count(*) as trajectories,
    group by all
)

from placed
select
    dataset,
    target,
    cast(sum(trajectories) as bigint) as trajectories,
    cast(coalesce(sum(trajectories) filter (reason is null), 0) as bigint) as trained_on,
    cast(coalesce(sum(trajectories) filter (reason is not null), 0) as bigint) as left_out,
    string_agg(reason || ' ' || trajectories, ', ' order by trajectories desc, reason) as reasons,
group by dataset, target
order by dataset, target
;
