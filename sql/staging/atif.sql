-- staging.atif_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  staging.exchanged_steps
--
-- ATIF, Harbor's form, v1.0 to v1.8, leniently: fields that no version has are kept in the details, results that name
-- no call stay where they are. A step of it holds a message, calls and their results; here each is a step of its own.
-- How they are read is told in sql/staging/exchanged.sql. Copied context and what no model has decided (llm_call_count
-- 0) is not `trainable`.
create or replace table staging.atif_steps as
from staging.exchanged_steps
select * exclude (format)
where format = 'atif'
;

-- staging.atif_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  staging.atif_steps, staging.exchanged_trajectories
--
-- Trajectories of subagents that stand within their parent's stay in its details.
create or replace table staging.atif_trajectories as
with

endings as (
    from staging.atif_steps
    select
        dataset,
        landing_index,
        arg_min('step ' || step_index || ': ' || (details ->> '$.unreadable'), step_index) as problem,
        arg_min(content, step_index) filter (source = 'user') as task,
        list({'function': function, 'arguments': arguments} order by step_index) filter (
            class = 'api_action' and function <> 'finish'
        ) as calls,
        true as has_steps,
    group by dataset, landing_index
)

from staging.exchanged_trajectories
left join endings using (dataset, landing_index)
select
    * exclude (format, tools, problem, task, calls, has_steps),
    task_hash(task) as task_id,
    coalesce(tools, tools_of_calls(calls)) as tools,
    case when has_steps is null then 'no_steps' when problem is not null then 'unreadable_step' end as exclusion,
    problem as exclusion_detail,
where format = 'atif'
order by dataset, landing_index
;
