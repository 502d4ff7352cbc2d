-- sft.verifier
-- grain     one row per message of the agent, of trajectories on which there is a verdict
-- key       id
-- upstream  sft.decision_prompts, sft.framing
--
-- Is this a message of a run that succeeds? The prompt is what was said before, as it was said, the completion is the
-- message. `label` is the verdict on the whole trajectory (`label_level`), so a step of a run that failed may well have
-- been right; `label_by` says whose verdict it is: the source's, or the agent's own, which nobody checked.
create or replace view sft.verifier as
with

kept as (
    from sft.framing
    select trajectory_id
    where target = 'verifier'
)

from sft.decision_prompts as prompts
semi join kept using (trajectory_id)
select
    prompts.trajectory_id || '-' || exchange as id,
    behind_system(null, prompts.system_prompt, history) as prompt,
    [message] as completion,
    label,
    'trajectory' as label_level,
    label_by,
    prompts.trajectory_id,
    step_index,
    dataset,
    action_type,
    split,
order by dataset, landing_index, exchange
;

from sft.verifier;
