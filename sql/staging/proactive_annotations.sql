-- staging.proactive_annotations_steps
-- grain     one row per step: an event at a desktop, or a task that annotators were shown
-- key       trajectory_id, step_index
-- upstream  raw.proactive_annotations
--
-- A file of the annotation page is a list of turns, `{"observation": ..., "candidate_task": [...], "real_user":
-- {annotator: label}}`, as far as somebody has come; what nobody has reached yet stands behind it as in the bench.
create or replace table staging.proactive_annotations_steps as
with

traces as (
    from raw.proactive_annotations
    select
        make_trajectory_id('proactive-annotations', source_id, occurrence) as trajectory_id,
        record as landing_index,
        flatten(
            list_transform(
                turns,
                lambda turn, place: proposing_pieces(
                    turn,
                    place - 1,
                    shown_tasks(turn),
                    ['candidate_task', 'real_user', 'agent_response']
                )
            )
        ) as pieces,
),

placed as (
    from traces
    select
        trajectory_id,
        landing_index,
        unnest(pieces) as piece,
        cast(generate_subscripts(pieces, 1) - 1 as integer) as step_index,
)

from placed
select
    trajectory_id,
    'proactive-annotations' as dataset,
    landing_index,
    step_index,
    case piece.form
        when 'proposal'
            then cast(dense_rank() over (partition by landing_index, piece.form order by piece.place) - 1 as integer)
    end as turn_index,
    case piece.form when 'proposal' then 'message_action' else 'text_observation' end as class,
    case piece.form when 'proposal' then 'action' else 'observation' end as kind,
    case piece.form when 'proposal' then 'agent' else 'environment' end as source,
    piece.content as content,
    event_moment(piece.time) as recorded_at,
    piece.details as details,
order by landing_index, step_index
;

-- staging.proactive_annotations_annotations
-- grain     one row per turn and annotator
-- key       trajectory_id, turn_position, annotator
-- upstream  raw.proactive_annotations
--
-- A label is a list of the places of accepted tasks, "Reject all", or, where nothing was proposed, "need" or "no need".
-- An empty list is what the page stores when an annotator goes on without a choice: it counts as a rejection, as it did
-- for whoever made the published rows, and its status says so.
create or replace table staging.proactive_annotations_annotations as
with

turns as (
    from raw.proactive_annotations
    select
        make_trajectory_id('proactive-annotations', source_id, occurrence) as trajectory_id,
        record as landing_index,
        unnest(turns) as turn,
        cast(generate_subscripts(turns, 1) - 1 as integer) as turn_position,
),

labels as (
    from turns
    select
        trajectory_id,
        landing_index,
        turn_position,
        list_transform(json_items(shown_tasks(turn)), lambda task: coalesce(json_text(task), '')) as tasks,
        unnest(object_members(json_extract(turn, '$.real_user'))) as given,
)

from labels
select
    trajectory_id,
    'proactive-annotations' as dataset,
    landing_index,
    turn_position,
    given.key as annotator,
    tasks,
    given.value as label,
    label_status(given.value, len(tasks)) as status,
    label_votes(given.value, len(tasks)) as accepted,
    case status
        when 'need' then true
        when 'no_need' then false
        when 'unreadable' then null
        else list_contains(accepted, true)
    end as help_needed,
order by landing_index, turn_position, annotator
;

-- staging.proactive_annotations_trajectories
-- grain     one row per annotated trace
-- key       trajectory_id
-- upstream  raw.proactive_annotations, staging.proactive_annotations_steps
--
-- `assigned` in the details are the annotators that the page gave the trace to.
create or replace table staging.proactive_annotations_trajectories as
with

endings as (
    from staging.proactive_annotations_steps
    select
        landing_index,
        first_unreadable(step_index, details) as problem,
        true as has_steps,
    group by landing_index
)

from raw.proactive_annotations as traces
left join endings on endings.landing_index = traces.record
select
    make_trajectory_id('proactive-annotations', source_id, occurrence) as trajectory_id,
    'proactive-annotations' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    trace_task(turn_event(turns[1])) as task_id,
    source_id as group_id,
    case
        when has_steps is null then 'no_steps'
        when problem is not null then 'unreadable_step'
    end as exclusion,
    problem as exclusion_detail,
    with_extra(case when len(assigned) > 0 then to_json({'assigned': assigned}) else '{}' end, raw_extra) as details,
order by landing_index
;
