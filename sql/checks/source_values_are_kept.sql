-- What a source says of a trajectory arrives: a value of the dump that is NULL in standard was lost by a cast.
with

said as (
    from raw.swe_smith
    select 'swe-smith' as dataset, record as landing_index, resolved as outcome, model
    union all by name
    from raw.swe_gym_openhands_sampled_trajectories
    select 'swe-gym_openhands_sampled_trajectories' as dataset, record as landing_index, resolved as outcome
    union all by name
    from raw.mini_coder
    select 'mini-coder' as dataset, record as landing_index, verified as outcome, model
    union all by name
    from raw.nebius_swe_agent_trajectories
    select 'nebius_SWE-agent-trajectories' as dataset, record as landing_index, target as outcome, model_name as model
)

from said
join standard.trajectories as kept using (dataset, landing_index)
select trajectory_id, said.outcome, kept.outcome as kept_outcome, said.model, kept.model as kept_model
where said.outcome is distinct from kept.outcome
    or (said.model is not null and kept.model is null)
;
