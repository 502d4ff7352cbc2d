-- staging.proactive_traces_steps
-- grain     one row per step: an event of the bench, or what a model answered to it
-- key       trajectory_id, step_index
-- upstream  raw.proactive_traces
--
-- A turn has the bench's event and a list of proposed tasks, mostly one: messages of the agent, with its thoughts. An
-- empty list is an answer, too: a message that says nothing. `status` in the details tells proposals from silence and
-- from the word "null", which some models give in place of none. Where all calls of a model failed the turn was left
-- as it was annotated, `{"candidate_task": [...]}`: then there is no action, and the event's details keep what stands
-- there. `other_infomation` is how the source spells it; the right spelling is read, too.
create or replace table staging.proactive_traces_steps as
with

traces as (
    from raw.proactive_traces
    select
        make_trajectory_id('proactive-traces', source_id, occurrence) as trajectory_id,
        record as landing_index,
        flatten(list_transform(turns, lambda turn, place: answered_pieces(turn, place - 1))) as pieces,
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
    'proactive-traces' as dataset,
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
    piece.thought as thought,
    event_moment(piece.time) as recorded_at,
    piece.details as details,
order by landing_index, step_index
;

-- staging.proactive_traces_trajectories
-- grain     one row per trace and model
-- key       trajectory_id
-- upstream  raw.proactive_traces, staging.proactive_traces_steps
--
-- The model is the folder that a file lay in, the trace its name. All models' answers to one trace are a group.
create or replace table staging.proactive_traces_trajectories as
with

endings as (
    from staging.proactive_traces_steps
    select
        landing_index,
        first_unreadable(step_index, details) as problem,
        true as has_steps,
    group by landing_index
)

from raw.proactive_traces as traces
left join endings on endings.landing_index = traces.record
select
    make_trajectory_id('proactive-traces', source_id, occurrence) as trajectory_id,
    'proactive-traces' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    trace_task(turn_event(turns[1])) as task_id,
    trace as group_id,
    case
        when has_steps is null then 'no_steps'
        when problem is not null then 'unreadable_step'
    end as exclusion,
    problem as exclusion_detail,
    model,
    with_extra(to_json({'trace': trace}), raw_extra) as details,
order by landing_index
;
