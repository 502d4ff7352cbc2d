-- Datasets, sets of tools and prompts that trajectories name are there: a join with them loses no row.
from standard.trajectories as trajectories
left join standard.datasets as datasets using (dataset)
left join standard.toolsets as toolsets using (toolset_id)
left join standard.prompts as prompts using (prompt_id)
select trajectory_id, dataset, toolset_id, prompt_id
where datasets.dataset is null
    or (toolset_id is not null and toolsets.tools is null)
    or (prompt_id is not null and prompts.text is null)
;
