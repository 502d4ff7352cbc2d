-- staging.agenttuning_webshop_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.agenttuning_webshop
--
-- An agent in a web shop that is told in text writes "Thought: ... Action: search[on-ear headphone]" or "click[Buy
-- Now]", and hears the page with [SEP] between its parts. What is in brackets may hold brackets. Another action is kept
-- as it is, and the trajectory excluded. Further lines behind an action are in the details, as `behind`.
--
-- The first message holds the rules: how to search and click is cut out of it, and kept as system prompt.
create or replace table staging.agenttuning_webshop_steps as
with

chats as (
    from raw.agenttuning_webshop
    select
        make_trajectory_id('agenttuning_webshop', source_id, occurrence) as trajectory_id,
        record as landing_index,
        unnest(told_steps(shopping_chat(dialect_free(conversations)))) as step,
)

from chats
select
    trajectory_id,
    'agenttuning_webshop' as dataset,
    landing_index,
    step.*,
;

-- staging.agenttuning_webshop_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.agenttuning_webshop
--
-- The task is the instruction that the shop shows. The source knows neither outcomes nor models.
create or replace table staging.agenttuning_webshop_trajectories as
with

chats as (
    from raw.agenttuning_webshop
    select *, dialect_free(conversations) as messages
),

read_chats as (
    from chats
    select *, shopping_chat(messages) as parts
),

judged_chats as (
    from read_chats
    select
        *,
        told_verdict(messages, parts, null, null) as verdict,
)

from judged_chats
select
    make_trajectory_id('agenttuning_webshop', source_id, occurrence) as trajectory_id,
    'agenttuning_webshop' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(shopping_task(last_words(parts))) as task_id,
    verdict.exclusion as exclusion,
    verdict.detail as exclusion_detail,
    raw_extra as details,
    prompt_and_cut_rules(messages, list_transform(messages, lambda m: shopping_rules(m.content))) as system_prompt,
;
