-- No training set shows an event of the proactive bench: who has seen it cannot be measured by it.
--
-- Both what the exclusions leave in and what the training sets hold are looked at, event by event.
with

bench as (
    from standard.observations
    select distinct task_hash(content) as event_id
    where (dataset = 'proactive-bench' or (dataset = 'proactive-traces' and recorded_at is not null))
        and not is_blank(content)
),

targets as (
    from seeds.targets
    select target
    where target in ('proactive_agent', 'reward')
),

trained_on as (
    from standard.trajectories
    cross join targets
    anti join sft.exclusions using (target, trajectory_id)
    select target, trajectory_id
    union
    from sft.proactive_agent
    select 'proactive_agent', trajectory_id
    union
    from sft.reward
    select 'reward', trajectory_id
)

from standard.observations as observations
join trained_on using (trajectory_id)
join bench on bench.event_id = task_hash(observations.content)
select target, trajectory_id, step_index, content
;
