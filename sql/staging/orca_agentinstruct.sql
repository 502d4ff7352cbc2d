-- staging.orca_agentinstruct_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.orca_agentinstruct
--
-- A million short chats, most of them one question and one answer, read as those of code_feedback: a fenced block in a
-- known language is code, all else is a message. Where nothing is fenced, which is the rule, the answer is one message.
create or replace table staging.orca_agentinstruct_steps as
with

chats as (
    from raw.orca_agentinstruct
    select * replace (unmarked(conversations) as conversations)
),

marked_chats as (
    from chats
    select
        make_trajectory_id('orca_agentinstruct', source_id, occurrence) as trajectory_id,
        record as landing_index,
        conversations,
        fenced_chat(conversations, 'Execution result:') as marked,
),

units as (
    from marked_chats
    select
        trajectory_id,
        landing_index,
        unnest(placed_units(chat_units(conversations, 'Execution result:', marked))) as placed,
),

texts as (
    from units
    select *, placed_text(placed) as text
),

steps as (
    from texts
    select
        trajectory_id,
        landing_index,
        placed_step(placed, text) as step,
        unit_details(placed.letters, placed.place) as details,
)

from steps
select
    trajectory_id,
    'orca_agentinstruct' as dataset,
    landing_index,
    step.*,
    details,
;

-- staging.orca_agentinstruct_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.orca_agentinstruct
--
-- A record is a chat. Its id is made of the split and the row of the published data, such as orca_open_domain_qa25885;
-- the split is the category of the task.
create or replace table staging.orca_agentinstruct_trajectories as
with

outlined_chats as (
    from raw.orca_agentinstruct
    select *, chat_outline(conversations) as outline
)

from outlined_chats
select
    make_trajectory_id('orca_agentinstruct', source_id, occurrence) as trajectory_id,
    'orca_agentinstruct' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(conversations[strpos(outline, 'U')].content) as task_id,
    outline_exclusion(outline) as exclusion,
    outline_exclusion_detail(outline) as exclusion_detail,
    nullif(
        json_merge_patch(
            coalesce(raw_extra, '{}'),
            json_object('category', nullif(regexp_extract(source_id, '^orca_([a-z].*?)_?\d+$', 1), ''))
        ),
        '{}'
    ) as details,
    chat_system_prompt(conversations) as system_prompt,
;
