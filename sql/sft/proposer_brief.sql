-- sft.proposer_brief
-- grain     one row per message of the agent, of trajectories that it can be trained on
-- key       id
-- upstream  seeds.message_parts, sft.decision_prompts, sft.framing, sft.system_prompts
--
-- As sft.proposer, but the agent is asked for the type of its next action and for a word on why, not for the action:
-- the completion is the type and what the agent says with its calls, without the calls.
create or replace view sft.proposer_brief as
with

kept as (
    from sft.framing
    select trajectory_id
    where target = 'proposer_brief'
),

parts as (
    from seeds.message_parts
    select text as question
    where target = 'proposer' and part = 'question'
)

from sft.decision_prompts as prompts
semi join kept using (trajectory_id)
cross join parts
left join sft.system_prompts as own on own.target = 'proposer_brief'
select
    prompts.trajectory_id || '-' || exchange as id,
    behind_system(own.text, prompts.system_prompt, asked(history, is_answered, question)) as prompt,
    [typed_message(action_type, case when calls is null then '' else said end, null)] as completion,
    prompts.trajectory_id,
    step_index,
    dataset,
    action_type,
    split,
order by dataset, landing_index, exchange
;

from sft.proposer_brief;
