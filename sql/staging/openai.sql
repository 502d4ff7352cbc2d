-- staging.openai_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  staging.exchanged_steps
--
-- Chats in OpenAI's form: roles system, developer, user, assistant, tool; calls in `tool_calls`, or one in the
-- `function_call` of old, whose result is a message of the role function and names no id. How messages are read is told
-- in sql/staging/exchanged.sql.
create or replace table staging.openai_steps as
from staging.exchanged_steps
select * exclude (format)
where format = 'openai'
;

-- staging.openai_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  staging.openai_steps, staging.exchanged_trajectories
--
-- Everything beside the messages is kept in the details.
create or replace table staging.openai_trajectories as
with

endings as (
    from staging.openai_steps
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
where format = 'openai'
order by dataset, landing_index
;
