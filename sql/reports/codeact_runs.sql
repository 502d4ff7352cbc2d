-- How CodeAct's agents did on each set of tasks: success, turns, tokens and cost, and what is trained on.
with

costs as (
    from standard.codeact_runs
    left join seeds.model_prices as prices using (model)
    select
        *,
        (prompt_tokens * per_1000_prompt_tokens + completion_tokens * per_1000_completion_tokens) / 1000 as dollars,
),

counted as (
    from costs
    select
        model,
        task_type,
        task_name,
        source_split as split,
        concat_ws(' ', exp_setting, feedback_model_name, feedback_setting) as setting,
        count(*) filter (not is_duplicate) as runs,
        count(*) filter (is_duplicate) as duplicates,
        count(*) filter (not is_duplicate and has_failed) as errors,
        any_value(tasks_known) as tasks,
        any_value(is_complete) as is_complete,
        count(*) filter (not is_duplicate and is_solved) as solved,
        round(avg(cast(coalesce(is_solved, false) as integer)) filter (not is_duplicate), 4) as success_rate,
        round(avg(turns) filter (not is_duplicate), 2) as mean_turns,
        round(avg(tool_uses) filter (not is_duplicate and is_solved), 2) as mean_tool_uses_solved,
        round(avg(tool_uses) filter (not is_duplicate and is_solved is not true), 2) as mean_tool_uses_unsolved,
        cast(sum(prompt_tokens) filter (not is_duplicate) as bigint) as prompt_tokens,
        cast(sum(completion_tokens) filter (not is_duplicate) as bigint) as completion_tokens,
        round(sum(dollars) filter (not is_duplicate), 4) as cost,
        round(avg(dollars) filter (not is_duplicate), 6) as cost_per_run,
        count(*) filter (tier = 'easy') as easy,
        count(*) filter (tier = 'medium') as medium,
        count(*) filter (tier = 'hard') as hard,
        count(*) filter (tier is not null and mends_error) as mend_an_error,
        count(*) filter (tier in ('medium', 'hard') and is_of_trained_set and is_complete and is_fit) as trained_on,
    group by all
)

from counted
order by model, task_type, task_name, setting, split
;
