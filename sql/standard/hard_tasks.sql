-- standard.hard_tasks
-- grain     one row per task that no agent of the first round solved
-- key       task_id
-- upstream  standard.codeact_runs
--
-- What to run the strongest model on: tasks as the runs had them. The published generator writes these to files for its
-- second round.
create or replace view standard.hard_tasks as
with

first_round as (
    from standard.codeact_runs
    where not is_second_round and not is_duplicate and is_complete and task_id is not null
),

by_task as (
    from first_round
    select
        task_id,
        arg_min(task_type, landing_index) as task_type,
        arg_min(task_name, landing_index) as task_name,
        arg_min(task_number, landing_index) as task_number,
        arg_min(task, landing_index) as task,
        count(*) as run_count,
        list(distinct model order by model) as models,
    group by task_id
    having not coalesce(bool_or(is_solved), false)
)

from by_task
select
    task_id,
    task_type,
    task_name,
    task_number,
    task ->> '$.prompt' as prompt,
    task -> '$.reference' as reference,
    task,
    run_count,
    models,
;
