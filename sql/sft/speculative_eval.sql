-- sft.speculative_eval
-- grain     one row per message of the agent, of trajectories whose task is held out
-- key       id
-- upstream  sft.decision_prompts, sft.framing
--
-- What proposers and verifiers are judged with: no task of it is in their training sets. The last of `messages` is the
-- one to foresee or to judge. `resolved` is the source's verdict on the whole trajectory, null where it has none.
-- `sample_key` is an md5: the first rows by it are a sample that does not depend on their order.
create or replace view sft.speculative_eval as
with

kept as (
    from sft.framing
    select trajectory_id
    where target = 'speculative_eval'
)

from sft.decision_prompts as prompts
semi join kept using (trajectory_id)
select
    prompts.trajectory_id || '-' || exchange as id,
    list_append(behind_system(null, prompts.system_prompt, history), message) as messages,
    outcome as resolved,
    prompts.trajectory_id,
    step_index,
    dataset,
    action_type,
    split,
    md5(prompts.trajectory_id || '-' || exchange) as sample_key,
order by dataset, landing_index, exchange
;

from sft.speculative_eval;
