-- staging.agenttuning_kg_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.agenttuning_kg
--
-- An agent that asks a knowledge base writes "Thought: ... Action: get_neighbors(Kerosene, automotive.fuel.engines)",
-- where entities stand without quotes and may hold commas, or "Final Answer: #3". What comes back begins with
-- "Observation:". The answer is a message in <solution> tags; since another question may follow ("A new question:
-- ..."), it is no finish. Other words of the agent are its messages; ADP's form, which takes them for observations that
-- it made, keeps that (`adp_event`).
--
-- The rules in the first message list the functions: that list is cut out, and kept as system prompt. Behind the rules
-- comes a solved example; `loss` in the published data says which messages are the example's.
create or replace table staging.agenttuning_kg_steps as
with

chats as (
    from raw.agenttuning_kg
    select
        make_trajectory_id('agenttuning_kg', source_id, occurrence) as trajectory_id,
        record as landing_index,
        unnest(told_steps(knowledge_chat(dialect_free(conversations)))) as step,
)

from chats
select
    trajectory_id,
    'agenttuning_kg' as dataset,
    landing_index,
    step.* replace (
        case
            when step.class = 'message_action' and starts_with(step.content, '<solution>')
                then json_merge_patch(coalesce(step.details, '{}'), '{"is_finish":false}')
            when step.class = 'message_action' then told_as_observation(step)
            else step.details
        end as details
    ),
;

-- staging.agenttuning_kg_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.agenttuning_kg
--
-- A trajectory that does not end in an answer is incomplete. All begin with the same example, so the task is the last
-- question. The source knows neither outcomes nor models.
create or replace table staging.agenttuning_kg_trajectories as
with

chats as (
    from raw.agenttuning_kg
    select *, dialect_free(conversations) as messages
),

read_chats as (
    from chats
    select *, knowledge_chat(messages) as parts
),

judged_chats as (
    from read_chats
    select
        *,
        told_verdict(
            messages,
            parts,
            case when not ends_in_answer(parts) then 'incomplete' end,
            'the agent gives no answer'
        ) as verdict,
)

from judged_chats
select
    make_trajectory_id('agenttuning_kg', source_id, occurrence) as trajectory_id,
    'agenttuning_kg' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(last_words(parts)) as task_id,
    verdict.exclusion as exclusion,
    verdict.detail as exclusion_detail,
    raw_extra as details,
    prompt_and_cut_rules(messages, list_transform(messages, lambda m: knowledge_rules(m.content))) as system_prompt,
;
