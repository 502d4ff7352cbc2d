-- staging.nnetnav_wa_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  staging.nnetnav_steps
--
-- Browsing of copies of a shop, a forum, a map, GitLab. Lines and their reading are those of nnetnav-live:
-- a line per model call, adjacent lines of one id are a trajectory, the action stands in the fence of the answer. How
-- a line is read is told in sql/staging/nnetnav.sql.
create or replace table staging.nnetnav_wa_steps as
from staging.nnetnav_steps
where dataset = 'nnetnav-wa'
;

-- staging.nnetnav_wa_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  staging.nnetnav_wa_steps, staging.nnetnav_trajectories
--
-- A trajectory is left out of training where a line of it could not be read, be it here or when it was landed, and
-- where the agent never says `stop`.
create or replace table staging.nnetnav_wa_trajectories as
with

endings as (
    from staging.nnetnav_wa_steps
    select landing_index, browsing_ending(class, step_index, details) as ending
    where kind = 'action'
    group by landing_index
)

from staging.nnetnav_trajectories
join endings using (landing_index)
select
    * exclude (rejected_row, ending),
    browsing_exclusion(rejected_row, ending) as exclusion,
    browsing_exclusion_detail(rejected_row, ending) as exclusion_detail,
where dataset = 'nnetnav-wa'
;
