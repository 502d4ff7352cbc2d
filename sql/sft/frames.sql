-- sft.frames
-- grain     one row per training set and trajectory that is in it, or could be but for being test data
-- key       target, trajectory_id
-- upstream  sft.placements
--
-- A table, as are sft.endings, sft.shared_thoughts and sft.tool_docs: as views they were planned and computed anew for
-- every range of every export, which cost more than the rendering (docs/performance.md). It is narrow, since most
-- trajectories are in many sets: what stands around their steps is the same in all of them, and in sft.endings.
create or replace table sft.frames as
from sft.placements
select
    target,
    trajectory_id,
    dataset,
    landing_index,
    missing_for is not null as is_test_data,
where coalesce(missing_for, 'test_data') = 'test_data'
;
