-- staging.agenttuning_mind2web_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.agenttuning_mind2web
--
-- The user shows a page, a task and elements to choose from, "B. <button id=0> Desktop </button>"; the agent writes
-- "Thought: ... Answer: B. Action: CLICK", with a value where one is typed. The answer is a message: the page is no
-- page that could be acted on. A message that chooses nothing is kept as it is, and its trajectory excluded.
create or replace table staging.agenttuning_mind2web_steps as
with

chats as (
    from raw.agenttuning_mind2web
    select
        make_trajectory_id('agenttuning_mind2web', source_id, occurrence) as trajectory_id,
        record as landing_index,
        unnest(told_steps(choice_chat(dialect_free(conversations)))) as step,
)

from chats
select
    trajectory_id,
    'agenttuning_mind2web' as dataset,
    landing_index,
    step.*,
;

-- staging.agenttuning_mind2web_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.agenttuning_mind2web
--
-- One trajectory is one step of a task on a website; the steps of a task have one task_id. Where the agent chooses what
-- the user does not offer, the trajectory is excluded. The source knows neither outcomes nor models.
create or replace table staging.agenttuning_mind2web_trajectories as
with

chats as (
    from raw.agenttuning_mind2web
    select *, dialect_free(conversations) as messages
),

read_chats as (
    from chats
    select *, choice_chat(messages) as parts
),

judged_chats as (
    from read_chats
    select
        *,
        list_filter(
            list_transform(
                list_filter(parts, lambda part: part.form = 'W' and regexp_matches(part.content, '\b[A-Z]\.')),
                lambda part: regexp_extract(part.content, '\b[A-Z]\.')
            ),
            lambda choice: not contains(coalesce(last_words(parts), ''), choice)
        )[1] as wrong,
        told_verdict(
            messages,
            parts,
            case when wrong is not null then 'unreadable_step' end,
            'the answer ' || wrong || ' is not on offer'
        ) as verdict,
)

from judged_chats
select
    make_trajectory_id('agenttuning_mind2web', source_id, occurrence) as trajectory_id,
    'agenttuning_mind2web' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(
        coalesce(nullif(regexp_extract(last_words(parts), '(?m)^Task: (.*)$', 1), ''), last_words(parts))
    ) as task_id,
    verdict.exclusion as exclusion,
    verdict.detail as exclusion_detail,
    raw_extra as details,
    chat_system_prompt(messages) as system_prompt,
;
