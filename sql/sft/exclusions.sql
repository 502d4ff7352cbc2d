-- sft.exclusions
-- grain     one row per training set and trajectory that is missing from it
-- key       target, trajectory_id
-- upstream  sft.placements
--
-- Why a trajectory is missing from sft.<target>, by a code of seeds.exclusion_reasons.
create or replace view sft.exclusions as
from sft.placements
select target, trajectory_id, missing_for as reason, missing_detail as detail
where missing_for is not null
order by target, trajectory_id
;

from sft.exclusions;
