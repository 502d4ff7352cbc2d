-- staging.codeact_runs_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.codeact_runs
--
-- Runs of an agent in a Python session, the raw form of codeactinstruct, and read as that is: what it thinks, then code
-- in <execute> or an answer in <solution>; messages that begin with "Observation:" are the environment's. The agent's
-- words come behind "Assistant:", its thoughts in <thought>: both marks are taken off. The first message is three parts
-- with a line of dashes between: instructions, a solved example, the task. The instructions are the system prompt, the
-- example is left out. `said` in the details is a message as the training set of the session has it, word by word.
create or replace table staging.codeact_runs_steps as
with

chats as (
    from raw.codeact_runs
    select
        make_trajectory_id('codeact-runs', source_id, occurrence) as trajectory_id,
        record as landing_index,
        unmarked(session_chat(state.history)) as messages,
),

read_chats as (
    from chats
    select
        trajectory_id,
        landing_index,
        messages,
        list_transform(messages, lambda m: tagged_units(m.content)) as acts,
        list_filter(messages, lambda m: role_letter(m.role) = 'A' and m.content is not null) as answers,
        list_filter(
            messages,
            lambda m: role_letter(m.role) <> 'S' and (role_letter(m.role) <> 'A' or m.content is null)
        ) as shown,
        session_limits(chat_system_prompt(messages)) as limits,
),

cut_chats as (
    from read_chats
    select
        trajectory_id,
        landing_index,
        answers,
        shown,
        limits,
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
    'codeact-runs' as dataset,
    landing_index,
    step.*,
    nullif(details, '{}') as details,
;

-- staging.codeact_runs_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.codeact_runs
--
-- A record is a run of one task. Its id says what is run only once: kind of task, task, number, model, setting. One
-- that comes again is a duplicate, whoever was first counts. A run that an error of the model's interface broke off is
-- no verdict on the task. Models that are one with more room, or in another packing (`-hf`), have one name.
--
-- The numbers of MATH's problems depend on the machine that gave them: their tasks are told by the words. In the
-- details: what the folders say, the task as the run had it, what was counted, and how its turns went (`pairs`: a
-- letter for each answer but the last and what came back: `S` a solution, `E` code that met an error, `C` code that
-- ran, `-` neither).
create or replace table staging.codeact_runs_trajectories as
with

runs as (
    from raw.codeact_runs
    select
        *,
        coalesce(task_name, task.task_name) as name_of_task,
        coalesce(split, 'train') as side,
        session_chat(state.history) as messages,
        chat_outline(messages) as outline,
        session_task(content_text(state.history[1].content)) as words,
        try_cast(state.success ->> '$' as boolean) as success,
        try_cast(state.token_counter ->> '$.prompt_tokens' as bigint) as prompt_tokens,
        try_cast(state.token_counter ->> '$.completion_tokens' as bigint) as completion_tokens,
        nullif(nullif(state.error, ''), 'null') as error,
        error is not null or coalesce(state.terminate_reason = 'error', false) as has_failed,
),

judged as (
    from runs
    select
        *,
        case
            when occurrence > 1 then 'duplicate'
            when has_failed then 'failed_run'
            when outline_exclusion(outline) in ('no_steps', 'no_task', 'no_actions', 'unreadable_step')
                then outline_exclusion(outline)
            when words is null then 'unreadable_step'
            when not success then 'unresolved'
            when success is null then 'incomplete'
            when outline_exclusion(outline) is not null then outline_exclusion(outline)
            when side <> 'train' then 'test_data'
        end as exclusion,
)

from judged
select
    make_trajectory_id('codeact-runs', source_id, occurrence) as trajectory_id,
    'codeact-runs' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    coalesce(
        codeact_task_id(name_of_task, side, task.task_id, coalesce(words, task.prompt)),
        task_hash(coalesce(words, task.prompt))
    ) as task_id,
    success as outcome,
    exclusion,
    case exclusion
        when 'duplicate' then 'the same task was run before in the same experiment'
        when 'failed_run' then coalesce(error, state.terminate_reason)
        when 'unresolved' then coalesce(state.terminate_reason, 'the run says that it did not succeed')
        when 'incomplete' then 'the run does not say whether it succeeded'
        when 'test_data' then 'a task of the split ' || side
        when 'unreadable_step' then
            case
                when words is null then 'the first message does not end in a task behind a line of dashes'
                else outline_exclusion_detail(outline)
            end
        else outline_exclusion_detail(outline)
    end as exclusion_detail,
    codeact_model(agent_model_name) as model,
    with_extra(
        without_members(
            to_json({
                'agent_model_name': agent_model_name,
                'feedback_model_name': codeact_model(feedback_model_name),
                'feedback_setting': feedback_setting,
                'exp_setting': exp_setting,
                'task_type': task_type,
                'task_name': name_of_task,
                'split': side,
                'task_number': task.task_id,
                'task': without_members(
                    to_json({
                        'prompt': task.prompt,
                        'reference': task.reference,
                        'metadata': task.metadata,
                        'extra': task.extra
                    }),
                    []
                ),
                'turns': coalesce(len(state.history), 0) // 2,
                'messages': coalesce(len(state.history), 0),
                'pairs': session_pairs(state.history),
                'action_counts': state.agent_action_count,
                'prompt_tokens': prompt_tokens,
                'completion_tokens': completion_tokens,
                'token_counter': state.token_counter,
                'latest_output': state.latest_output,
                'finished': state.finished,
                'terminate_reason': state.terminate_reason,
                'error': error
            }),
            []
        ),
        raw_extra
    ) as details,
    chat_system_prompt(messages) as system_prompt,
;
