-- staging.agenttuning_os_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.agenttuning_os
--
-- An agent at a shell writes "Think: ... Act: ..." where the act is bash with code in a fence, answer(...) or finish.
-- An answer is a message in <solution> tags, finish an empty message. What begins with "The output of the OS:" is the
-- environment's. A message of the agent that is none of these is kept as it is, and its trajectory is excluded.
--
-- The first message tells the agent how to write; behind "Now, my problem is:" comes a solved example, and later "My
-- problem is:" the task. Only the problems are the user's words, with a word on how to answer, since the rest of the
-- prompt is of no use to an agent with tools. `loss` in the published data says which messages are the example's.
create or replace table staging.agenttuning_os_steps as
with

chats as (
    from raw.agenttuning_os
    select
        make_trajectory_id('agenttuning_os', source_id, occurrence) as trajectory_id,
        record as landing_index,
        dialect_free(conversations) as messages,
),

read_chats as (
    from chats
    select
        *,
        list_transform(messages, lambda m: act_units(m.content)) as acts,
        list_transform(
            list_filter(messages, lambda m: role_letter(m.role) = 'A' and m.content is not null),
            lambda m: m.loss
        ) as losses,
),

cut_chats as (
    from read_chats
    select
        trajectory_id,
        landing_index,
        losses,
        string_split(act_chat(messages, acts, 'The output of the OS:'), unit_mark()) as units,
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
        case
            when letters[place] = 'U' and shell_prompt(text) is not null then concat(
                replace(
                    regexp_replace(substr(text, length(shell_prompt(text)) + 1), '^\s+|\s+$', '', 'g'), '?bash:`', '?'
                ),
                chr(10), chr(10),
                'If you think you have got the answer to the question, you should print like this:',
                chr(10), chr(10),
                '<solution> Your solution here </solution>'
            )
            else text
        end as content,
),

steps as (
    from texts
    select
        trajectory_id,
        landing_index,
        placed_step(placed, content) as step,
        coalesce(losses[unit_turn_index(letters, place) + 1], true) as trainable,
        json_merge_patch(
            coalesce(unit_details(letters, place), '{}'),
            to_json({'behind': unit_behind(units, letters, place)})
        ) as details,
)

from steps
select
    trajectory_id,
    'agenttuning_os' as dataset,
    landing_index,
    step.*,
    trainable,
    nullif(details, '{}') as details,
;

-- staging.agenttuning_os_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.agenttuning_os
--
-- All begin with the same example, so the task is what the last problem says. The prompt that the first message begins
-- with is the system prompt. The source knows neither outcomes nor models.
create or replace table staging.agenttuning_os_trajectories as
with

chats as (
    from raw.agenttuning_os
    select
        *,
        dialect_free(conversations) as messages,
        chat_outline(messages) as outline,
        messages[strpos(outline, 'U')].content as first_words,
        list_filter(
            list_transform(
                messages,
                lambda m: case
                    when role_letter(m.role) = 'U' then regexp_extract(m.content, '(?s)[Mm]y problem is:\s*(.*)$', 1)
                end
            ),
            lambda problem: problem <> ''
        )[-1] as problem,
        unread_message(
            list_transform(
                messages,
                lambda m: case when role_letter(m.role) = 'A' then act_units(m.content) else '' end
            )
        ) as unread,
)

from chats
select
    make_trajectory_id('agenttuning_os', source_id, occurrence) as trajectory_id,
    'agenttuning_os' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(coalesce(problem, first_words)) as task_id,
    case when unread is not null then 'unreadable_step' else outline_exclusion(outline) end as exclusion,
    case when unread is not null then unread else outline_exclusion_detail(outline) end as exclusion_detail,
    raw_extra as details,
    coalesce(
        chat_system_prompt(messages),
        regexp_replace(shell_prompt(first_words), '\s*Now, my problem is:\n$', '')
    ) as system_prompt,
;
