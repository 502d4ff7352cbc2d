-- sft.proactive_agent
-- grain     one row per answer of the proactive agent that its simulated user accepted
-- key       id
-- upstream  sft.exclusions, sft.system_prompts, standard.actions, standard.observations, standard.trajectories
--
-- The agent is shown events as they come, and answers with JSON: a task, or null where it would rather keep silent. A
-- record ends in an accepted answer; in front of it stands what happened before, with the agent's earlier accepted
-- answers where they were given. What was rejected is left out. Of the history the newest 20,000 characters are kept,
-- at most 10,000 of them the agent's own; the last event always. Of answers with no event between them the last counts.
create or replace view sft.proactive_agent as
with

prompt as (
    from sft.system_prompts
    where target = 'proactive_agent'
),

left_out as (
    from sft.exclusions
    select trajectory_id
    where target = 'proactive_agent'
),

runs as (
    from standard.trajectories
    anti join left_out using (trajectory_id)
    select dataset, landing_index, trajectory_id, task_id,
),

answers as (
    from standard.actions as actions
    semi join runs using (dataset, landing_index, trajectory_id)
    select
        trajectory_id,
        step_index,
        turn_index,
        'assistant' as role,
        proactive_reply(
            details ->> '$.purpose',
            thought,
            case (details ->> '$.status') when 'proposed' then content end,
            json_text(details -> '$.response')
        ) as content,
    where (details ->> '$.accepted') = 'true' and (details ->> '$.status') in ('proposed', 'none', 'null_text')
),

events as (
    from standard.observations as observations
    semi join runs using (dataset, landing_index, trajectory_id)
    select
        trajectory_id,
        step_index,
        'user' as role,
        content,
        coalesce(details ->> '$.time', '') as told,
    where is_on_channel(details -> '$.tags', 'events')
),

units as (
    from answers
    select * exclude (turn_index)
    union all by name
    from events
),

placed_units as (
    from units
    select
        *,
        length(content) as length,
        case role when 'assistant' then length(content) else 0 end as own_length,
        case role when 'user' then step_index end as event,
),

-- what stands before a unit
measured as (
    from placed_units
    select
        *,
        sum(length) over (partition by trajectory_id order by step_index) - length as length_before,
        sum(own_length) over (partition by trajectory_id order by step_index) - own_length as own_length_before,
        max(event) over (partition by trajectory_id order by step_index) as event_before,
),

targets as (
    from measured
    join answers using (trajectory_id, step_index)
    select
        trajectory_id,
        step_index as last_step,
        turn_index,
        length_before as length_in_all,
        own_length_before as own_length_in_all,
        event_before,
    where event_before is not null
),

histories as (
    from targets
    join measured using (trajectory_id)
    select
        trajectory_id,
        last_step,
        step_index,
        role,
        content,
        told,
        max(case role when 'user' then step_index end) over (
            partition by trajectory_id, last_step order by step_index
        ) as event_so_far,
    -- an answer behind the last event is what the record's own answer takes the place of
    where step_index <= targets.event_before
        and (
            step_index = targets.event_before
            or (
                length_in_all - length_before <= 20000
                and own_length_in_all - own_length_before <= 10000
            )
        )
),

sides as (
    from histories
    select
        *,
        count(*) filter (role = 'assistant') over (
            partition by trajectory_id, last_step
            order by step_index
            rows between unbounded preceding and current row
        ) as answers_so_far,
    -- a history begins with an event
    where event_so_far is not null
),

-- events between two answers are one message; of answers between two events the last stands
placed as (
    from sides
    select
        *,
        role = 'assistant'
            and lead(role) over (partition by trajectory_id, last_step order by step_index) = 'assistant'
            as is_replaced,
),

messages as (
    from placed
    select
        trajectory_id,
        last_step,
        role,
        answers_so_far,
        min(step_index) as step_index,
        case role
            when 'user' then events_shown(
                'Observations', list({'time': told, 'event': content} order by step_index) filter (role = 'user')
            )
            else any_value(content)
        end as content,
    where not is_replaced
    group by trajectory_id, last_step, role, answers_so_far
),

conversations as (
    from messages
    select
        trajectory_id,
        last_step,
        list({'role': role, 'content': content} order by step_index) as messages,
    group by trajectory_id, last_step
)

from targets
join conversations using (trajectory_id, last_step)
join answers on answers.trajectory_id = targets.trajectory_id and answers.step_index = targets.last_step
join runs on runs.trajectory_id = targets.trajectory_id
cross join prompt
select
    concat(targets.trajectory_id, '-', targets.turn_index) as id,
    list_append(messages, {'role': 'assistant', 'content': answers.content}) as conversations,
    prompt.text as system,
    runs.dataset,
    targets.trajectory_id,
    targets.last_step as step_index,
    held_out_split(task_id) as split,
order by runs.dataset, runs.landing_index, targets.turn_index
;

from sft.proactive_agent;
