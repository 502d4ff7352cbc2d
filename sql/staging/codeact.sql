-- staging.codeact_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.codeact_runs, raw.codeactinstruct
--
-- How messages of an agent in a Python session are read, those of raw runs and those of the published conversations. A
-- view, of which either dataset makes its table: asked for one `dataset`, DuckDB drops the other branch of the union
-- before it runs.
--
-- What the agent thinks comes first, then code in <execute> or an answer in <solution>. The user's messages begin with
-- "Task:" (the first) or "Observation:": the latter are the environment's, although the source has them in the user's
-- role, which `adp_source` in the details keeps. What a message says behind its last tag is no step: it stands in the
-- details, as `behind`. `said` there is the message word by word, on its first step.
--
-- The system prompt tells how to use the tags and how often; of that only the number of chances goes with the task, and
-- the reminder of the tags that the session gives after an unreadable message is put in general words.
create or replace view staging.codeact_steps as
with

chats as (
    from raw.codeact_runs
    select
        'codeact-runs' as dataset,
        make_trajectory_id('codeact-runs', source_id, occurrence) as trajectory_id,
        record as landing_index,
        unmarked(session_chat(state.history)) as messages,
    union all by name
    from raw.codeactinstruct
    select
        'codeactinstruct' as dataset,
        make_trajectory_id('codeactinstruct', source_id, occurrence) as trajectory_id,
        record as landing_index,
        unmarked(conversations) as messages,
),

read_chats as (
    from chats
    select
        *,
        list_transform(messages, lambda m: tagged_units(m.content)) as acts,
        session_limits(chat_system_prompt(messages)) as limits,
),

cut_chats as (
    from read_chats
    select
        dataset,
        trajectory_id,
        landing_index,
        limits,
        list_filter(messages, lambda m: role_letter(m.role) = 'A' and m.content is not null) as answers,
        list_filter(
            messages,
            lambda m: role_letter(m.role) <> 'S' and (role_letter(m.role) <> 'A' or m.content is null)
        ) as shown,
        string_split(act_chat(messages, acts, 'Observation:'), unit_mark()) as units,
),

placed_chats as (
    from cut_chats
    select *, unnest(placed_units(units)) as placed
),

texts as (
    from placed_chats
    select
        *,
        placed.letters as letters,
        placed.place as place,
        placed_text(placed) as text,
        session_text(letters[place], text, placed.step_index, limits) as content,
        case
            when letters[place] in ('U', 'E', 'X')
                then shown[length(translate(substr(letters, 1, place), 'ATYCSM-', ''))].content
            when letters[place] in ('A', 'Y') or letters[place - 1] = 'T'
                then answers[unit_turn_index(letters, place) + 1].content
        end as said,
),

steps as (
    from texts
    select
        dataset,
        trajectory_id,
        landing_index,
        placed_step(placed, content) as step,
        json_merge_patch(
            coalesce(unit_details(letters, place), '{}'),
            to_json({
                'adp_source': case when letters[place] = 'E' then 'user' end,
                'behind': unit_behind(units, letters, place),
                'said': said
            })
        ) as details,
)

from steps
select
    dataset,
    trajectory_id,
    landing_index,
    step.*,
    nullif(details, '{}') as details,
;
