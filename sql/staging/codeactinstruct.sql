-- staging.codeactinstruct_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.codeactinstruct
--
-- An agent in a Python session: what it thinks, then code in <execute> or an answer in <solution>. The user's messages
-- begin with "Task:" (the first) or "Observation:": the latter are the environment's, although the source has them in
-- the user's role, which `adp_source` in the details keeps. What a message says behind its last tag is no step: it
-- stands in the details, as `behind`. `said` there is the message word by word, on its first step.
--
-- The system prompt tells how to use the tags and how often; of that only the number of chances goes with the task, and
-- the reminder of the tags that the session gives after an unreadable message is put in general words.
create or replace table staging.codeactinstruct_steps as
with

chats as (
    from raw.codeactinstruct
    select * replace (unmarked(conversations) as conversations)
),

read_chats as (
    from chats
    select
        make_trajectory_id('codeactinstruct', source_id, occurrence) as trajectory_id,
        record as landing_index,
        conversations,
        list_transform(conversations, lambda m: tagged_units(m.content)) as acts,
        session_limits(chat_system_prompt(conversations)) as limits,
),

cut_chats as (
    from read_chats
    select
        trajectory_id,
        landing_index,
        limits,
        list_filter(conversations, lambda m: role_letter(m.role) = 'A' and m.content is not null) as answers,
        list_filter(
            conversations,
            lambda m: role_letter(m.role) <> 'S' and (role_letter(m.role) <> 'A' or m.content is null)
        ) as shown,
        string_split(act_chat(conversations, acts, 'Observation:'), unit_mark()) as units,
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
    trajectory_id,
    'codeactinstruct' as dataset,
    landing_index,
    step.*,
    nullif(details, '{}') as details,
;

-- staging.codeactinstruct_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.codeactinstruct
--
-- Ids are paths that tell where a record comes from, such as oct28_full6728/reasoning/hotpotqa/23173/claude-2/max5_p2:
-- run, category, source of the task, task, model, setting. Tasks have the ids that codeact-runs and the tasks' own
-- sources give them. The session judges a solution only when the agent may try again; the outcome is known where its
-- verdict is the last message.
create or replace table staging.codeactinstruct_trajectories as
with

chats as (
    from raw.codeactinstruct
    select * replace (unmarked(conversations) as conversations)
),

outlined_chats as (
    from chats
    select
        *,
        chat_outline(conversations) as outline,
        string_split(source_id, '/') as origin,
        len(origin) > 5 as has_origin,
        conversations[strpos(outline, 'U')].content as task,
        case
            when starts_with(conversations[-1].content, 'Observation:' || chr(10) || 'Your answer is correct') then true
            when starts_with(conversations[-1].content, 'Observation:' || chr(10) || 'Your answer is wrong') then false
        end as outcome,
        unread_message(
            list_transform(
                conversations,
                lambda m: case when role_letter(m.role) = 'A' then tagged_units(m.content) else '' end
            )
        ) as unread,
)

from outlined_chats
select
    make_trajectory_id('codeactinstruct', source_id, occurrence) as trajectory_id,
    'codeactinstruct' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    case
        when has_origin
            then codeact_task_id(
                origin[3], 'train', array_to_string(origin[4:-3], '/'), regexp_replace(task, '^Task:[ \t]*\n', '')
            )
        else task_hash(regexp_replace(task, '^Task:[ \t]*\n', ''))
    end as task_id,
    outcome,
    case
        when unread is not null then 'unreadable_step'
        when not outcome then 'unresolved'
        else outline_exclusion(outline)
    end as exclusion,
    case
        when unread is not null then unread
        when not outcome then 'the session calls the last solution wrong'
        else outline_exclusion_detail(outline)
    end as exclusion_detail,
    case when has_origin then origin[-2] end as model,
    nullif(
        json_merge_patch(
            coalesce(raw_extra, '{}'),
            to_json({
                'run': case when has_origin then origin[1] end,
                'category': case when has_origin then origin[2] end,
                'setting': case when has_origin then origin[-1] end
            })
        ),
        '{}'
    ) as details,
    chat_system_prompt(conversations) as system_prompt,
;
