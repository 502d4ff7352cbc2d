-- staging.codeact_runs_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  staging.codeact_steps
--
-- Runs of an agent in a Python session, the raw form of codeactinstruct, and read as that is. The agent's words come
-- behind "Assistant:", its thoughts in <thought>: both marks are taken off. The first message is three parts with a
-- line of dashes between: instructions, a solved example, the task. The instructions are the system prompt, the example
-- is left out.
create or replace table staging.codeact_runs_steps as
from staging.codeact_steps
where dataset = 'codeact-runs'
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
