-- staging.code_feedback_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.code_feedback
--
-- Help with code in chats; most of the code is never run. A fenced block in a known language is code: what stands
-- before the first one of a message is its thought, what stands between and behind them are messages of the same turn.
-- A user's message that begins with "Execution result:" is the environment's. It is the result of all the code of the
-- message before and is linked to the last of it; `result` in the details of the others says `shared`, that of code
-- which nobody ran says `none`. How a chat is cut is told with the macros.
create or replace table staging.code_feedback_steps as
with

chats as (
    from raw.code_feedback
    select * replace (unmarked(messages) as messages)
),

marked_chats as (
    from chats
    select
        make_trajectory_id('code_feedback', source_id, occurrence) as trajectory_id,
        record as landing_index,
        messages,
        fenced_chat(messages, 'Execution result:') as marked,
),

units as (
    from marked_chats
    select
        trajectory_id,
        landing_index,
        unnest(placed_units(chat_units(messages, 'Execution result:', marked))) as placed,
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
    'code_feedback' as dataset,
    landing_index,
    step.*,
    details,
;

-- staging.code_feedback_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.code_feedback
--
-- A record is a chat. The source knows neither outcomes nor models; a chat is left out of training where a message is
-- empty or of an unknown role, where the agent speaks first or never, and where it leaves the last message unanswered.
create or replace table staging.code_feedback_trajectories as
with

outlined_chats as (
    from raw.code_feedback
    select *, chat_outline(messages) as outline
)

from outlined_chats
select
    make_trajectory_id('code_feedback', source_id, occurrence) as trajectory_id,
    'code_feedback' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(messages[strpos(outline, 'U')].content) as task_id,
    outline_exclusion(outline) as exclusion,
    outline_exclusion_detail(outline) as exclusion_detail,
    raw_extra as details,
    chat_system_prompt(messages) as system_prompt,
;
