-- sft.verifier_preference
-- grain     one row per message of the agent beside which a worse one is put
-- key       id
-- upstream  sft.alternatives, sft.decision_prompts, sft.framing
--
-- Two messages that answer one prompt, the better one of a run that succeeded; see sft.alternatives for the other. Both
-- are messages of the same form, words and calls, and calls have the same ids in both. `is_synthetic` is true where the
-- other one was not said at this place.
create or replace view sft.verifier_preference as
with

kept as (
    from sft.framing
    select trajectory_id
    where target = 'verifier_preference'
)

from sft.decision_prompts as prompts
semi join kept using (trajectory_id)
join sft.alternatives as others
    on others.trajectory_id = prompts.trajectory_id
    and others.exchange = prompts.exchange
select
    prompts.trajectory_id || '-' || prompts.exchange as id,
    behind_system(null, prompts.system_prompt, history) as prompt,
    [message] as chosen,
    [assistant_words(others.said, null, numbered_calls(others.calls, prompts.exchange))] as rejected,
    others.is_synthetic,
    prompts.trajectory_id,
    prompts.step_index,
    others.other_trajectory_id as rejected_trajectory_id,
    others.other_step_index as rejected_step_index,
    prompts.dataset,
    prompts.action_type,
    others.other_action_type as rejected_action_type,
    prompts.split,
order by prompts.dataset, prompts.landing_index, prompts.exchange
;

from sft.verifier_preference;
