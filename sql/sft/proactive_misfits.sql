-- sft.proactive_misfits
-- grain     one row per trajectory with events that a training set of the proactive agent cannot take
-- key       target, trajectory_id
-- needs     raw.proactive_annotations, raw.proactive_gym, raw.proactive_reward
-- upstream  sft.bench_events, standard.reward_rows, standard.trajectories, standard.steps
--
-- What shows an event of the bench is never trained on, neither as reward data nor otherwise. Events of the published
-- reward data that have a date were recorded with those of the bench: these rows are left out where the bench itself is
-- not landed, too. Else a row of reward data needs a verdict, a run of the gym a proposal that was accepted.
create or replace table sft.proactive_misfits as
with

trajectories as (
    from standard.trajectories
    select
        case dataset when 'proactive-gym' then 'proactive_agent' else 'reward' end as target,
        trajectory_id,
        exclusion,
        exclusion_detail,
    where dataset in ('proactive-annotations', 'proactive-gym', 'proactive-reward')
),

steps as (
    from standard.steps
    select
        trajectory_id,
        step_index,
        dataset,
        kind,
        content,
        recorded_at is not null and dataset = 'proactive-reward' as is_recorded,
        details,
    where dataset in ('proactive-annotations', 'proactive-gym', 'proactive-reward')
),

events as (
    from steps
    left join sft.bench_events as bench on bench.event_id = task_hash(steps.content)
    select
        trajectory_id,
        min(step_index) filter (bench.event_id is not null) as bench_step,
        min(step_index) filter (is_recorded) as recorded_step,
        min(step_index) filter (is_on_channel(details -> '$.tags', 'events')) as first_event,
    where kind = 'observation'
    group by trajectory_id
),

accepted as (
    from steps
    select trajectory_id, max(step_index) as last_accepted,
    where kind = 'action'
        and (details ->> '$.accepted') = 'true'
        and (details ->> '$.status') in ('proposed', 'none', 'null_text')
    group by trajectory_id
),

verdicts as (
    from standard.reward_rows
    select distinct trajectory_id, true as has_verdict
    where category is not null and is_decided
),

judged as (
    from trajectories
    left join events using (trajectory_id)
    left join accepted using (trajectory_id)
    left join verdicts using (trajectory_id)
    select
        target,
        trajectory_id,
        case
            when exclusion <> 'test_data' then exclusion
            when coalesce(bench_step, recorded_step) is not null then 'bench_event'
            when target = 'reward' and has_verdict is null then 'not_judged'
            when target = 'proactive_agent' and not coalesce(last_accepted > first_event, false) then 'nothing_accepted'
        end as reason,
        case
            when reason = exclusion then exclusion_detail
            when reason = 'bench_event' then 'step ' || coalesce(bench_step, recorded_step)
        end as detail,
)

from judged
select target, trajectory_id, reason, detail
where reason is not null
order by target, trajectory_id
;
