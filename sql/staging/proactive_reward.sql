-- staging.proactive_reward_steps
-- grain     one row per step: an event at a desktop, or the task that was proposed then
-- key       trajectory_id, step_index
-- upstream  raw.proactive_reward
--
-- A row holds the events of a trace up to a moment and a task, or none: then the agent's message says nothing.
create or replace table staging.proactive_reward_steps as
with

rows as (
    from raw.proactive_reward
    select
        make_trajectory_id('proactive-reward', source_id, occurrence) as trajectory_id,
        record as landing_index,
        list_concat(
            list_transform(
                obs, lambda event, place: event_piece(json_object('observation', event), place - 1, []::varchar[])
            ),
            [proposal_piece(to_json(pred_task), null::varchar, len(obs) - 1, json_object('turn', len(obs) - 1))]
        ) as pieces,
    where len(obs) > 0
),

placed as (
    from rows
    select
        trajectory_id,
        landing_index,
        unnest(pieces) as piece,
        cast(generate_subscripts(pieces, 1) - 1 as integer) as step_index,
)

from placed
select
    trajectory_id,
    'proactive-reward' as dataset,
    landing_index,
    step_index,
    case piece.form when 'proposal' then 0::integer end as turn_index,
    case piece.form when 'proposal' then 'message_action' else 'text_observation' end as class,
    case piece.form when 'proposal' then 'action' else 'observation' end as kind,
    case piece.form when 'proposal' then 'agent' else 'environment' end as source,
    piece.content as content,
    event_moment(piece.time) as recorded_at,
    piece.details as details,
order by landing_index, step_index
;

-- staging.proactive_reward_annotations
-- grain     one row per vote
-- key       trajectory_id, turn_position, annotator
-- upstream  raw.proactive_reward
--
-- Votes have no names. On a row with a task a vote is on the task; on one without, it is true of whoever wanted none.
create or replace table staging.proactive_reward_annotations as
with

votes as (
    from raw.proactive_reward
    select
        make_trajectory_id('proactive-reward', source_id, occurrence) as trajectory_id,
        record as landing_index,
        cast(len(obs) - 1 as integer) as turn_position,
        case when pred_task is not null then [pred_task] else [] end as tasks,
        unnest(annotation) as vote,
        cast(generate_subscripts(annotation, 1) as varchar) as annotator,
    where len(obs) > 0
)

from votes
select
    trajectory_id,
    'proactive-reward' as dataset,
    landing_index,
    turn_position,
    annotator,
    tasks,
    to_json(vote) as label,
    case
        when vote is null then 'unreadable'
        when len(tasks) = 0 then case when vote then 'no_need' else 'need' end
        when vote then 'selected'
        else 'rejected'
    end as status,
    case when len(tasks) = 1 and vote is not null then [vote] end as accepted,
    case when len(tasks) = 0 then not vote end as help_needed,
order by landing_index, turn_position, annotator
;

-- staging.proactive_reward_trajectories
-- grain     one row per row of reward data
-- key       trajectory_id
-- upstream  raw.proactive_reward, staging.proactive_reward_steps
--
-- The verdict is the source's `valid`. The same moment with other tasks is a group.
create or replace table staging.proactive_reward_trajectories as
with

endings as (
    from staging.proactive_reward_steps
    select
        landing_index,
        first_unreadable(step_index, details) as problem,
        true as has_steps,
    group by landing_index
)

from raw.proactive_reward as rows
left join endings on endings.landing_index = rows.record
select
    make_trajectory_id('proactive-reward', source_id, occurrence) as trajectory_id,
    'proactive-reward' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    trace_task(turn_event(json_object('observation', obs[1]))) as task_id,
    md5(cast(to_json(obs) as varchar)) as group_id,
    valid as outcome,
    case
        when has_steps is null then 'no_steps'
        when problem is not null then 'unreadable_step'
    end as exclusion,
    problem as exclusion_detail,
    with_extra(
        told_members(
            json_object(
                'category', category,
                'valid', valid,
                'help_needed', help_needed,
                'annotation', to_json(annotation),
                'task', pred_task,
                'turn', len(obs) - 1
            )
        ),
        raw_extra
    ) as details,
order by landing_index
;
