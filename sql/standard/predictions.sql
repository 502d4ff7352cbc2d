-- standard.predictions
-- grain     one row per answer of a model to a turn of the bench
-- key       trajectory_id, turn_position, position
-- upstream  standard.steps, standard.trajectories
--
-- `task` is what is proposed, null where the model keeps silent. `status`: `proposed`; `none`; `null_text` for the word
-- null in place of none; `failed` where the model gave no answer, so that what stands there was written by others: the
-- published metrics take the keys of that object for tasks, and so does `task` here. Of a model's trace that was landed
-- several times the last one is latest.
create or replace view standard.predictions as
with

answers as (
    from standard.steps
    select
        trajectory_id,
        dataset,
        landing_index,
        step_index,
        cast(details ->> '$.turn' as integer) as turn_position,
        cast(details ->> '$.position' as integer) as position,
        details ->> '$.status' as status,
        case when status <> 'none' then content end as task,
        details -> '$.judgement' as judgement,
    where dataset = 'proactive-traces' and kind = 'action'
),

turns as (
    from standard.steps
    select
        trajectory_id,
        dataset,
        landing_index,
        step_index,
        cast(details ->> '$.turn' as integer) as turn_position,
        details -> '$.extra' as extra,
    where dataset = 'proactive-traces' and kind = 'observation'
),

failures as (
    from turns
    anti join answers using (trajectory_id, turn_position)
    select
        * exclude (extra),
        'failed' as status,
        list_transform(
            case
                when len(json_keys(extra, '$.agent_response')) > 0 then json_keys(extra, '$.agent_response')
                else [null::varchar]
            end,
            lambda task, place: {
                'task': task,
                'position': cast(place - 1 as integer),
                'judgement': json_items(json_extract(extra, '$.judgement'))[place]
            }
        ) as keys,
),

listed as (
    from failures
    select * exclude (keys), unnest(keys, recursive := true)
),

every_answer as (
    from answers
    union all by name
    from listed
),

traces as (
    from standard.trajectories
    select
        trajectory_id,
        model,
        group_id as trace,
        landing_index = max(landing_index) over (partition by model, group_id) as is_latest,
    where dataset = 'proactive-traces'
)

from every_answer
join traces using (trajectory_id)
select
    trajectory_id,
    dataset,
    landing_index,
    turn_position,
    position,
    step_index,
    model,
    trace,
    status,
    task,
    is_latest,
    judgement,
;
