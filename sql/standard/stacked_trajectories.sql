-- standard.stacked_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  every dataset's staging trajectories
--
-- The trajectories of all datasets as staging has them, before counts and catalogue are joined. A staging table names
-- just the columns that its source has; `typed` gives the others their types.
create or replace view standard.stacked_trajectories as
with

typed as (
    select
        null::varchar as trajectory_id,
        null::varchar as dataset,
        null::bigint as landing_index,
        null::varchar as source_id,
        null::varchar as source_file,
        null::bigint[] as source_rows,
        null::varchar as task_id,
        null::varchar as group_id,
        null::boolean as outcome,
        null::double as reward,
        null::varchar as exclusion,
        null::varchar as exclusion_detail,
        null::varchar as model,
        null::varchar as agent,
        null::varchar as agent_version,
        null::varchar as parent_trajectory_id,
        null::integer as parent_step_index,
        null::timestamptz as started_at,
        null::json as details,
        null::varchar as system_prompt,
        null::json as tools
    where false
)

from typed
union all by name
from staging.adp_std_trajectories
union all by name
from staging.agenttuning_alfworld_trajectories
union all by name
from staging.agenttuning_db_trajectories
union all by name
from staging.agenttuning_kg_trajectories
union all by name
from staging.agenttuning_mind2web_trajectories
union all by name
from staging.agenttuning_os_trajectories
union all by name
from staging.agenttuning_webshop_trajectories
union all by name
from staging.atif_trajectories
union all by name
from staging.android_in_the_wild_trajectories
union all by name
from staging.androidcontrol_trajectories
union all by name
from staging.code_feedback_trajectories
union all by name
from staging.codeact_runs_trajectories
union all by name
from staging.codeactinstruct_trajectories
union all by name
from staging.eto_trajectories
union all by name
from staging.general_chat_trajectories
union all by name
from staging.go_browse_wa_trajectories
union all by name
from staging.llava_plus_trajectories
union all by name
from staging.mind2web_trajectories
union all by name
from staging.mini_coder_trajectories
union all by name
from staging.nebius_swe_agent_trajectories_trajectories
union all by name
from staging.nnetnav_live_trajectories
union all by name
from staging.nnetnav_wa_trajectories
union all by name
from staging.omniact_trajectories
union all by name
from staging.openai_trajectories
union all by name
from staging.openhands_trajectories
union all by name
from staging.orca_agentinstruct_trajectories
union all by name
from staging.proactive_annotations_trajectories
union all by name
from staging.proactive_bench_trajectories
union all by name
from staging.proactive_gym_trajectories
union all by name
from staging.proactive_reward_trajectories
union all by name
from staging.proactive_traces_trajectories
union all by name
from staging.screenagent_trajectories
union all by name
from staging.swe_gym_openhands_sampled_trajectories_trajectories
union all by name
from staging.swe_play_trajectories_trajectories
union all by name
from staging.swe_smith_trajectories
union all by name
from staging.synatra_trajectories
union all by name
from staging.toolbench_trajectories
union all by name
from staging.toucan_1_5m_trajectories
union all by name
from staging.turkingbench_trajectories
union all by name
from staging.webarena_successful_trajectories
union all by name
from staging.weblinx_trajectories
union all by name
from staging.wonderbread_trajectories
;
