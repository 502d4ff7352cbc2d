-- staging.general_chat_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.general_chat
--
-- Chats of a user and an assistant; each message is one step, fenced code and all. A message of a role that nobody
-- knows counts as the environment's, and its trajectory is excluded.
create or replace table staging.general_chat_steps as
with

chats as (
    from raw.general_chat
    select
        make_trajectory_id('general-chat', source_id, occurrence) as trajectory_id,
        record as landing_index,
        list_filter(
            general_messages(system_prompt, question, response, conversations, items, conversation),
            lambda message: role_letter(message.role) <> 'S'
        ) as messages,
),

numbered as (
    from chats
    select
        trajectory_id,
        landing_index,
        list_transform(messages, lambda message: role_letter(message.role)) as letters,
        unnest(messages) as message,
        cast(generate_subscripts(messages, 1) - 1 as integer) as step_index,
),

voiced as (
    from numbered
    select *, letters[step_index + 1] as letter
)

from voiced
select
    trajectory_id,
    'general-chat' as dataset,
    landing_index,
    step_index,
    case
        when letter = 'A' then cast(len(list_filter(letters[1:step_index], lambda each: each = 'A')) as integer)
    end as turn_index,
    case letter when 'A' then 'message_action' else 'text_observation' end as class,
    case letter when 'A' then 'action' else 'observation' end as kind,
    case letter when 'A' then 'agent' when 'U' then 'user' else 'environment' end as source,
    coalesce(message.content, '') as content,
;

-- staging.general_chat_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.general_chat
--
-- A record is a chat. `shape` in the details says of which collection's form it is, `left_out_by` which rule of the mix
-- leaves it out: of OpenOrca only what is solved step by step (ids that begin with `cot.`), of ShareGPT only chats of
-- four messages, of GPT-4's chats there two, of both only those that begin with somebody else than the assistant, in
-- which both speak in turn and none was cancelled.
create or replace table staging.general_chat_trajectories as
with

chats as (
    from raw.general_chat
    select
        *,
        general_messages(system_prompt, question, response, conversations, items, conversation) as messages,
        case
            when conversations is not null then 'sharegpt'
            when items is not null then 'sharegpt_gpt4'
            when conversation is not null then 'capybara'
            else 'openorca'
        end as shape,
        chat_outline(messages) as outline,
)

from chats
select
    make_trajectory_id('general-chat', source_id, occurrence) as trajectory_id,
    'general-chat' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(messages[strpos(outline, 'U')].content) as task_id,
    outline_exclusion(outline) as exclusion,
    outline_exclusion_detail(outline) as exclusion_detail,
    with_extra(
        without_members(
            to_json({
                'shape': shape,
                'left_out_by': general_misfit(shape, source_id, messages),
                'source': "source",
                'model': model
            }),
            []
        ),
        raw_extra
    ) as details,
    chat_system_prompt(messages) as system_prompt,
;
