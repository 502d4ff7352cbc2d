-- Within a dataset landing_index names one trajectory and its steps: views join by it, exports are cut by it.
-- A trajectory and all its steps have the same one: windows take steps together by it.
with

numbered as (
    from standard.trajectories
    select dataset, landing_index, trajectory_id
    union
    from standard.steps
    select dataset, landing_index, trajectory_id
)

from numbered
select
    dataset,
    landing_index,
    trajectory_id,
    count(*) as names,
group by grouping sets ((dataset, landing_index), (trajectory_id))
having count(*) > 1 or (grouping(dataset) = 0 and (dataset is null or landing_index is null))
;
