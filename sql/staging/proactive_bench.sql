-- staging.proactive_bench_steps
-- grain     one row per step: an event at a desktop, or a task that was proposed for it
-- key       trajectory_id, step_index
-- upstream  raw.proactive_bench
--
-- A trace is a list of turns; each has an event ("The user opens 'CheckName.rb'.") and up to five tasks that an agent
-- could offer then. Events are observations, tasks are messages of the agent, those of a turn made in one go. Events
-- stand as the list has them: of some traces the times go back. A time is kept as it is given, and read where it can
-- be: `seconds` in the details are on the source's own clock.
create or replace table staging.proactive_bench_steps as
with

traces as (
    from raw.proactive_bench
    select
        make_trajectory_id('proactive-bench', source_id, occurrence) as trajectory_id,
        record as landing_index,
        flatten(
            list_transform(
                turns,
                lambda turn, place: proposing_pieces(
                    turn, place - 1, json_extract(turn, '$.agent_response.candidate_task'), ['agent_response']
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
    'proactive-bench' as dataset,
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

-- staging.proactive_bench_trajectories
-- grain     one row per trace
-- key       trajectory_id
-- upstream  raw.proactive_bench, staging.proactive_bench_steps
--
-- The task is told by the first event: so a trace is of one task with what models answered to it and with the rows of
-- reward data that were made of it. `splits` in the details are those that splits.json puts it into.
create or replace table staging.proactive_bench_trajectories as
with

endings as (
    from staging.proactive_bench_steps
    select
        landing_index,
        first_unreadable(step_index, details) as problem,
        true as has_steps,
    group by landing_index
)

from raw.proactive_bench as traces
left join endings on endings.landing_index = traces.record
select
    make_trajectory_id('proactive-bench', source_id, occurrence) as trajectory_id,
    'proactive-bench' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    trace_task(turn_event(turns[1])) as task_id,
    case
        when has_steps is null then 'no_steps'
        when problem is not null then 'unreadable_step'
    end as exclusion,
    problem as exclusion_detail,
    with_extra(nullif(to_json({'splits': splits}), '{"splits":null}'), raw_extra) as details,
order by landing_index
;
