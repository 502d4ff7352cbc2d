-- Every trajectory is in an agent's training set or excluded from it with a reason, exactly one of the two.
with

targets as (
    from seeds.targets
    select target
),

rendered as (
    from sft.openhands
    select 'openhands' as target, id as trajectory_id
    union all
    from sft.sweagent
    select 'sweagent', id
    union all
    from sft.openhands_tools
    select 'openhands_tools', id
    union all
    from sft.mini_swe_agent
    select 'mini_swe_agent', id
    union all
    from sft.codeact
    select 'codeact', id
    union all
    from sft.agentlab
    select distinct 'agentlab', trajectory_id
    union all
    from sft.proposer
    select distinct 'proposer', trajectory_id
    union all
    from sft.proposer_brief
    select distinct 'proposer_brief', trajectory_id
    union all
    from sft.verifier
    select distinct 'verifier', trajectory_id
    union all
    from sft.verifier_preference
    select distinct 'verifier_preference', trajectory_id
    union all
    from sft.speculative_eval
    select distinct 'speculative_eval', trajectory_id
    union all
    from sft.proactive_agent
    select distinct 'proactive_agent', trajectory_id
    union all
    from sft.reward
    select distinct 'reward', trajectory_id
),

counted as (
    from standard.trajectories
    cross join targets
    select target, trajectory_id, 1 as known, 0 as rendered, 0 as excluded
    union all
    from rendered
    select target, trajectory_id, 0, 1, 0
    union all
    from sft.exclusions
    select target, trajectory_id, 0, 0, 1
)

from counted
select
    target,
    trajectory_id,
    cast(sum(known) as bigint) as known,
    cast(sum(rendered) as bigint) as rendered,
    cast(sum(excluded) as bigint) as excluded,
group by target, trajectory_id
having sum(known) <> 1 or sum(rendered) + sum(excluded) <> 1
;
