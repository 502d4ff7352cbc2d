-- sft.proposer
-- grain     one row per message of the agent, of trajectories that it can be trained on
-- key       id
-- upstream  seeds.message_parts, sft.decision_prompts, sft.framing, sft.system_prompts
--
-- What does an agent do next? The prompt is what was said before, with a question behind its last message; the
-- completion names the type of the action, on a line of its own, and then is the message itself. The system prompt asks
-- for both, with the source's own system prompt behind it; sft.proposer_brief asks for less. `split` is train or test;
-- what is held out for evaluation is in sft.speculative_eval.
create or replace view sft.proposer as
with

kept as (
    from sft.framing
    select trajectory_id
    where target = 'proposer'
),

parts as (
    from seeds.message_parts
    select text as question
    where target = 'proposer' and part = 'question'
)

from sft.decision_prompts as prompts
semi join kept using (trajectory_id)
cross join parts
left join sft.system_prompts as own on own.target = 'proposer'
select
    prompts.trajectory_id || '-' || exchange as id,
    behind_system(own.text, prompts.system_prompt, asked(history, is_answered, question)) as prompt,
    [typed_message(action_type, said, numbered_calls(calls, exchange))] as completion,
    prompts.trajectory_id,
    step_index,
    dataset,
    action_type,
    split,
order by dataset, landing_index, exchange
;

from sft.proposer;
