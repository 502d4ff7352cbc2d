-- staging.eto_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.eto
--
-- An agent in a web shop, a household or a laboratory told in text writes "Thought: ... Action: click[buy now]",
-- and hears "Observation: ...". The three worlds have a language each, that of the laboratory with no list of commands
-- ("focus on thermometer", "wait1"), so that all stays as it is said: messages of the agent, words of the user.
create or replace table staging.eto_steps as
with

chats as (
    from raw.eto
    select
        make_trajectory_id('eto', world_id(source_file, source_id), occurrence) as trajectory_id,
        record as landing_index,
        unnest(told_steps(spoken_chat(dialect_free(conversations)))) as step,
)

from chats
select
    trajectory_id,
    'eto' as dataset,
    landing_index,
    step.*,
;

-- staging.eto_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.eto
--
-- `reward` is the world's, from 0 to 1; `source` says who acted (`human` for people, else a model or a program). The
-- task is what the user says behind the rules, in a shop its instruction.
create or replace table staging.eto_trajectories as
with

chats as (
    from raw.eto
    select *, dialect_free(conversations) as messages
),

read_chats as (
    from chats
    select *, spoken_chat(messages) as parts
),

judged_chats as (
    from read_chats
    select
        *,
        told_verdict(messages, parts, null, null) as verdict,
        list_transform(list_filter(parts, lambda part: part.form = 'U'), lambda part: part.content) as asked,
)

from judged_chats
select
    make_trajectory_id('eto', world_id(source_file, source_id), occurrence) as trajectory_id,
    'eto' as dataset,
    record as landing_index,
    world_id(source_file, source_id) as source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(shopping_task(coalesce(asked[2], asked[1]))) as task_id,
    try_cast(reward ->> '$' as double) as reward,
    verdict.exclusion as exclusion,
    verdict.detail as exclusion_detail,
    with_extra(nullif(json_merge_patch('{}', to_json({'source': source})), '{}'), raw_extra) as details,
    chat_system_prompt(messages) as system_prompt,
;
