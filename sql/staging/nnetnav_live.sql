-- staging.nnetnav_live_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  staging.nnetnav_steps
--
-- Browsing of live websites. The dump has one line per model call; adjacent lines of one id are a trajectory, which is
-- the objective and, per line, the page that the agent was shown and the action in the fence of its answer, such
-- as `click [52]` or `type [14] [tea] [1]`; `stop [answer]` is a message. What stands before "In summary, the next
-- action I will perform is" is the thought. How a line is read is told in sql/staging/nnetnav.sql.
create or replace table staging.nnetnav_live_steps as
from staging.nnetnav_steps
where dataset = 'nnetnav-live'
;

-- staging.nnetnav_live_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  staging.nnetnav_live_steps, staging.nnetnav_trajectories
--
-- A trajectory is left out of training where a line of it could not be read, be it here or when it was landed, and
-- where the agent never says `stop`.
create or replace table staging.nnetnav_live_trajectories as
with

endings as (
    from staging.nnetnav_live_steps
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
where dataset = 'nnetnav-live'
;
