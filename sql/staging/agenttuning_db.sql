-- staging.agenttuning_db_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.agenttuning_db
--
-- An agent at a MySQL database writes words, then "Action: Operation" and SQL in a fence, or "Action: Answer" and
-- "Final Answer: [...]". SQL is code in `mysql`, of which the first block is run; what stands behind it is in the
-- details, as `behind`. The answer is a message in <solution> tags, the words before it its thought.
--
-- The rules in the first message show both forms; there, too, SQL and answer stand between tags.
create or replace table staging.agenttuning_db_steps as
with

chats as (
    from raw.agenttuning_db
    select
        make_trajectory_id('agenttuning_db', source_id, occurrence) as trajectory_id,
        record as landing_index,
        unnest(told_steps(database_chat(dialect_free(conversations)))) as step,
)

from chats
select
    trajectory_id,
    'agenttuning_db' as dataset,
    landing_index,
    step.*,
;

-- staging.agenttuning_db_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.agenttuning_db
--
-- A trajectory that does not end in an answer is incomplete. The task is the question. The source knows neither
-- outcomes nor models.
create or replace table staging.agenttuning_db_trajectories as
with

chats as (
    from raw.agenttuning_db
    select *, dialect_free(conversations) as messages
),

read_chats as (
    from chats
    select *, database_chat(messages) as parts
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
    make_trajectory_id('agenttuning_db', source_id, occurrence) as trajectory_id,
    'agenttuning_db' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(last_words(parts)) as task_id,
    verdict.exclusion as exclusion,
    verdict.detail as exclusion_detail,
    raw_extra as details,
    chat_system_prompt(messages) as system_prompt,
;
