-- standard.trajectory_toolsets
-- grain     one row per trajectory that has a set of tools
-- key       trajectory_id
-- upstream  standard.dataset_toolsets, standard.stacked_trajectories
--
-- Its own set of tools, else its dataset's. Apart from standard.trajectories because that counts all steps.
create or replace view standard.trajectory_toolsets as
from standard.stacked_trajectories as stacked
left join standard.dataset_toolsets as catalogued using (dataset)
select
    trajectory_id,
    coalesce(md5(stacked.tools::varchar), catalogued.toolset_id) as toolset_id,
where stacked.tools is not null or catalogued.toolset_id is not null
;
