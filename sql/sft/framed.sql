-- sft.framed
-- grain     one row per training set and trajectory that is in it, or could be but for being test data
-- key       target, trajectory_id
-- upstream  sft.endings, sft.frames
--
-- What stands around a trajectory's steps in a conversation of each set that it is in. Test data is here for those who
-- ask for it (`adp export --include-test-data`); sft.framing leaves it out.
create or replace view sft.framed as
from sft.frames as frames
join sft.endings as endings using (trajectory_id)
select
    frames.target,
    trajectory_id,
    frames.dataset,
    frames.landing_index,
    toolset_id,
    ending,
    last_step,
    last_function,
    user_closing,
    agent_closing,
    introduction,
    text_quote,
    frames.is_test_data,
;
