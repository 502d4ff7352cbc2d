-- standard.trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  standard.dataset_toolsets, standard.datasets, standard.stacked_trajectories, standard.steps
--
-- `toolset_id` names the tools that the source lists for this very trajectory, else those of its dataset.
create or replace view standard.trajectories as
with

counts as (
    from standard.steps
    select
        dataset,
        landing_index,
        trajectory_id,
        count(*) as step_count,
        coalesce(max(turn_index) + 1, 0)::bigint as turn_count,
        count(*) filter (kind = 'action') as action_count,
        count(*) filter (kind = 'observation') as observation_count,
    group by all
)

from standard.stacked_trajectories as stacked
left join counts using (dataset, landing_index, trajectory_id)
left join standard.datasets as catalogue using (dataset)
left join standard.dataset_toolsets as dataset_toolsets using (dataset)
select
    trajectory_id,
    dataset,
    landing_index,
    stacked.source_id,
    stacked.source_file,
    stacked.source_rows,
    stacked.task_id,
    stacked.group_id,
    stacked.outcome,
    stacked.reward,
    stacked.exclusion,
    stacked.exclusion_detail,
    stacked.model,
    stacked.agent,
    stacked.agent_version,
    catalogue.licence,
    catalogue.source as source_url,
    coalesce(md5(stacked.tools::varchar), dataset_toolsets.toolset_id) as toolset_id,
    md5(stacked.system_prompt) as prompt_id,
    stacked.parent_trajectory_id,
    stacked.parent_step_index,
    stacked.started_at,
    stacked.details,
    coalesce(counts.step_count, 0) as step_count,
    coalesce(counts.turn_count, 0) as turn_count,
    coalesce(counts.action_count, 0) as action_count,
    coalesce(counts.observation_count, 0) as observation_count,
;
