-- sft.framing
-- grain     one row per training set and trajectory that is in it
-- key       target, trajectory_id
-- upstream  sft.framed
--
-- What the training sets read: sft.framed without test data.
create or replace view sft.framing as
from sft.framed
select * exclude (is_test_data)
where not is_test_data
;
