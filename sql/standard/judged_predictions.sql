-- standard.judged_predictions
-- grain     one row per answer of a model and split of the bench
-- key       split, trajectory_id, turn_position, position
-- upstream  standard.judgements, standard.predictions, standard.trajectories
--
-- What the metrics count. A split is there for a model that has an answer file for each of its traces, as published;
-- where no splits are landed, there is one of all traces. Where several judges looked at a model's answers, the one
-- counts who judged most of them.
create or replace view standard.judged_predictions as
with

traces as (
    from standard.trajectories
    select
        source_id as trace,
        unnest(from_json(details -> '$.splits', '[{"split": "VARCHAR"}]')).split as split,
    where dataset = 'proactive-bench'
),

named as (
    from traces
    select distinct split, trace
    where split is not null
),

answered as (
    from standard.predictions
    select distinct model, trace
    where is_latest
),

splits as (
    from named
    select split, trace, count(*) over (partition by split) as traces,
),

complete as (
    from splits
    join answered using (trace)
    select model, split
    group by model, split
    having count(*) = any_value(traces)
),

known as (
    from named
    select count(*) as traces
),

members as (
    from complete
    join splits using (split)
    select model, split, trace,
    union all
    from answered
    cross join known
    select model, 'all' as split, trace,
    where traces = 0
),

verdicts as (
    from standard.judgements
    select *
    where subject = 'prediction' and is_latest
),

judges as (
    from verdicts
    join standard.predictions as predictions using (model, trace, turn_position, position)
    select model, judge, count(accepted) as judged,
    where predictions.is_latest
    group by model, judge
    qualify row_number() over (partition by model order by judged desc, judge) = 1
)

from members
join standard.predictions as predictions using (model, trace)
left join judges using (model)
left join verdicts
    on verdicts.judge = judges.judge
    and verdicts.model = predictions.model
    and verdicts.trace = predictions.trace
    and verdicts.turn_position = predictions.turn_position
    and verdicts.position = predictions.position
    and coalesce(verdicts.trajectory_id, predictions.trajectory_id) = predictions.trajectory_id
select
    model,
    split,
    trace,
    predictions.trajectory_id,
    predictions.turn_position,
    predictions.position,
    predictions.status,
    predictions.task,
    judges.judge,
    verdicts.accepted,
where predictions.is_latest
;
