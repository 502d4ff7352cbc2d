-- standard.codeact_runs
-- grain     one row per run of a CodeAct agent, failed ones and duplicates too
-- key       trajectory_id
-- upstream  seeds.codeact_tasks, standard.stacked_trajectories, standard.tasks
--
-- What a run was of, how it went and what it cost. An experiment (a model with its settings on one set of tasks) is
-- complete when it has run on as many tasks as the set has: those of standard.tasks where they are landed, else as many
-- as the experiment with the most runs. GPT-4's runs are on the tasks that no other model solved, and always count as
-- complete.
--
-- Tiers, of runs that solved their task: easy in one or two turns, medium in more, hard in more by GPT-4. What only
-- meets errors teaches nothing: a run is fit when code ran cleanly in a turn before the last. `is_fit_as_published` is
-- the published rule, for which a turn with neither code nor solution is clean, too.
create or replace view standard.codeact_runs as
with

runs as (
    from standard.stacked_trajectories
    select
        trajectory_id,
        landing_index,
        source_id,
        task_id,
        details ->> '$.task_type' as task_type,
        details ->> '$.task_name' as task_name,
        details ->> '$.split' as source_split,
        details ->> '$.task_number' as task_number,
        details -> '$.task' as task,
        model,
        details ->> '$.agent_model_name' as agent_model_name,
        details ->> '$.feedback_model_name' as feedback_model_name,
        details ->> '$.feedback_setting' as feedback_setting,
        details ->> '$.exp_setting' as exp_setting,
        coalesce(starts_with(model, 'gpt-4'), false) as is_second_round,
        outcome as is_solved,
        exclusion is not distinct from 'duplicate' as is_duplicate,
        exclusion is not distinct from 'failed_run' as has_failed,
        details ->> '$.terminate_reason' as terminate_reason,
        details ->> '$.error' as error,
        cast(details ->> '$.turns' as bigint) as turns,
        cast(details ->> '$.messages' as bigint) as messages,
        try_cast(details ->> '$.action_counts.use_tool' as bigint) as tool_uses,
        try_cast(details ->> '$.action_counts.propose_solution' as bigint) as solutions,
        try_cast(details ->> '$.action_counts.invalid_action' as bigint) as invalid_turns,
        try_cast(details ->> '$.prompt_tokens' as bigint) as prompt_tokens,
        try_cast(details ->> '$.completion_tokens' as bigint) as completion_tokens,
        coalesce(details ->> '$.pairs', '') as pairs,
        cast(length(pairs) - length(replace(pairs, 'C', '')) as bigint) as clean_turns,
        cast(length(pairs) - length(replace(pairs, 'E', '')) as bigint) as turns_with_errors,
        regexp_matches(pairs, 'E.*C') as mends_error,
    where dataset = 'codeact-runs'
),

numbered as (
    from runs
    select
        *,
        md5(
            concat_ws(
                chr(10),
                coalesce(model, ''), coalesce(feedback_model_name, ''), coalesce(feedback_setting, ''),
                coalesce(exp_setting, ''), coalesce(task_type, ''), coalesce(task_name, ''), source_split
            )
        ) as experiment_id,
),

experiments as (
    from numbered
    select
        experiment_id,
        any_value(task_name) as task_name,
        any_value(source_split) as source_split,
        bool_or(is_second_round) as is_second_round,
        count(distinct task_id) as tasks_run,
    group by experiment_id
),

known_tasks as (
    from standard.tasks
    select task_name, count(*) as tasks
    where exclusion is null
    group by task_name
),

widest as (
    from experiments
    select task_name, source_split, max(tasks_run) as tasks
    where not is_second_round
    group by task_name, source_split
),

completed as (
    from experiments
    left join known_tasks on known_tasks.task_name = experiments.task_name and source_split = 'train'
    left join widest
        on widest.task_name is not distinct from experiments.task_name
        and widest.source_split is not distinct from experiments.source_split
    select
        experiment_id,
        tasks_run,
        coalesce(known_tasks.tasks, widest.tasks) as tasks_known,
        experiments.is_second_round or tasks_run >= coalesce(known_tasks.tasks, widest.tasks) as is_complete,
),

judged as (
    from numbered
    join completed using (experiment_id)
    left join seeds.codeact_tasks as task_sets on task_sets.task_name = numbered.task_name
    select
        numbered.*,
        tasks_run,
        tasks_known,
        is_complete,
        coalesce(is_trained_on, true) as is_of_trained_set,
        -- every turn but the last was none that the session understood
        turns - 1 > coalesce(invalid_turns, 0) and messages % 2 = 0 as is_sound,
)

from judged
select
    trajectory_id,
    landing_index,
    source_id,
    task_id,
    task_type,
    task_name,
    source_split,
    task_number,
    task,
    model,
    agent_model_name,
    feedback_model_name,
    feedback_setting,
    exp_setting,
    experiment_id,
    tasks_run,
    tasks_known,
    is_complete,
    is_second_round,
    is_solved,
    is_duplicate,
    has_failed,
    terminate_reason,
    error,
    turns,
    tool_uses,
    solutions,
    invalid_turns,
    prompt_tokens,
    completion_tokens,
    pairs,
    clean_turns,
    turns_with_errors,
    mends_error,
    case
        when is_solved and not is_duplicate and not has_failed then codeact_tier(is_second_round, turns)
    end as tier,
    is_of_trained_set,
    is_sound,
    is_sound and clean_turns > 0 as is_fit,
    is_sound and regexp_matches(pairs, '[C-]') as is_fit_as_published,
;
