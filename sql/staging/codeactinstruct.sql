-- staging.codeactinstruct_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  staging.codeact_steps
--
-- An agent in a Python session, read by staging.codeact_steps: what it thinks, then code in <execute> or an answer in
-- <solution>. Messages that begin with "Observation:" are the environment's. The system prompt tells how to use the
-- tags and how often; of that only the number of chances goes with the task.
create or replace table staging.codeactinstruct_steps as
from staging.codeact_steps
where dataset = 'codeactinstruct'
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
