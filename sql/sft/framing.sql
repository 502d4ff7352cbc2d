-- sft.framing
-- grain     one row per agent and trajectory that it is trained on
-- key       target, trajectory_id
-- upstream  sft.frames
--
-- What the training sets read: sft.frames without test data.
create or replace view sft.framing as
from sft.frames
select * exclude (is_test_data)
where not is_test_data
;
