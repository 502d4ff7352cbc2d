-- Every row of a dump is in one trajectory, or is one task, or is among the rejections: nothing is lost on the way.
--
-- Rows are counted per file and number on all three sides. Trajectories that go on in a second file of the dump list
-- those rows in their details. Of a dataset that is landed and was never built all rows are missing; `adp check`, which
-- knows what was built, passes over it.
with

landed as (
    from raw.agenttuning_alfworld
    select 'agenttuning_alfworld' as dataset, source_file, source_row
    union all
    from raw.agenttuning_db
    select 'agenttuning_db', source_file, source_row
    union all
    from raw.agenttuning_kg
    select 'agenttuning_kg', source_file, source_row
    union all
    from raw.agenttuning_mind2web
    select 'agenttuning_mind2web', source_file, source_row
    union all
    from raw.agenttuning_os
    select 'agenttuning_os', source_file, source_row
    union all
    from raw.agenttuning_webshop
    select 'agenttuning_webshop', source_file, source_row
    union all
    from raw.android_in_the_wild
    select 'android_in_the_wild', source_file, source_row
    union all
    from raw.androidcontrol
    select 'androidcontrol', source_file, source_row
    union all
    from raw.code_feedback
    select 'code_feedback', source_file, source_row
    union all
    from raw.codeact_runs
    select 'codeact-runs', source_file, source_row
    union all
    from raw.codeactinstruct
    select 'codeactinstruct', source_file, source_row
    union all
    from raw.eto
    select 'eto', source_file, source_row
    union all
    from raw.mind2web
    select 'mind2web', source_file, source_row
    union all
    from raw.go_browse_wa
    select 'go-browse-wa', source_file, source_row
    union all
    from raw.general_chat
    select 'general-chat', source_file, source_row
    union all
    from raw.llava_plus
    select 'llava_plus', source_file, source_row
    union all
    from raw.mini_coder
    select 'mini-coder', source_file, source_row
    union all
    from raw.nebius_swe_agent_trajectories
    select 'nebius_SWE-agent-trajectories', source_file, source_row
    union all
    from raw.nnetnav_live
    select 'nnetnav-live', source_file, source_row
    union all
    from raw.nnetnav_wa
    select 'nnetnav-wa', source_file, source_row
    union all
    from raw.omniact
    select 'omniact', source_file, source_row
    union all
    from raw.openhands
    select 'openhands', source_file, source_row
    union all
    from raw.orca_agentinstruct
    select 'orca_agentinstruct', source_file, source_row
    union all
    from raw.proactive_annotations
    select 'proactive-annotations', source_file, source_row
    union all
    from raw.proactive_bench
    select 'proactive-bench', source_file, source_row
    union all
    from raw.proactive_gym
    select 'proactive-gym', source_file, source_row
    union all
    from raw.proactive_judgements
    select 'proactive-judgements', source_file, source_row
    union all
    from raw.proactive_reward
    select 'proactive-reward', source_file, source_row
    union all
    from raw.proactive_scenes
    select 'proactive-scenes', source_file, source_row
    union all
    from raw.proactive_traces
    select 'proactive-traces', source_file, source_row
    union all
    from raw.screenagent
    select 'screenagent', source_file, source_row
    union all
    from raw.swe_gym_openhands_sampled_trajectories
    select 'swe-gym_openhands_sampled_trajectories', source_file, source_row
    union all
    from raw.swe_play_trajectories
    select 'swe-play-trajectories', source_file, source_row
    union all
    from raw.swe_smith
    select 'swe-smith', source_file, source_row
    union all
    from raw.tasks_apps
    select 'tasks-apps', source_file, source_row
    union all
    from raw.tasks_hotpotqa
    select 'tasks-hotpotqa', source_file, source_row
    union all
    from raw.tasks_math
    select 'tasks-math', source_file, source_row
    union all
    from raw.tasks_wikitablequestions
    select 'tasks-wikitablequestions', source_file, source_row
    union all
    from raw.toolbench
    select 'toolbench', source_file, source_row
    union all
    from raw.turkingbench
    select 'turkingbench', source_file, source_row
    union all
    from raw.synatra
    select 'synatra', source_file, source_row
    union all
    from raw.webarena_successful
    select 'webarena_successful', source_file, source_row
    union all
    from raw.weblinx
    select 'weblinx', source_file, source_row
    union all
    from raw.wonderbread
    select 'wonderbread', source_file, source_row
    union all
    from raw.adp_std
    select corpus, source_file, source_row
    union all
    from raw.atif
    select corpus, source_file, source_row
    union all
    from raw.openai
    select corpus, source_file, source_row
    union all
    from raw.toucan_1_5m
    select 'toucan_1_5m', source_file, source_row
),

further_files as (
    from standard.trajectories
    select
        dataset,
        unnest(
            from_json(
                details -> '$.further_source_rows', '[{"source_file": "VARCHAR", "source_rows": ["BIGINT"]}]'
            )
        ) as further,
    where (details -> '$.further_source_rows') is not null
),

used as (
    from standard.trajectories
    select dataset, source_file, unnest(source_rows) as source_row
    union all
    from further_files
    select dataset, further.source_file, unnest(further.source_rows)
    union all
    from standard.tasks
    select source, source_file, source_row
    union all
    from standard.scenes
    select dataset, source_file, source_row
    union all
    from standard.judgements
    select dataset, source_file, source_row
    where dataset = 'proactive-judgements'
),

counted as (
    from landed
    select dataset, source_file, source_row, 1 as landed, 0 as used, 0 as rejected
    union all
    from used
    select dataset, source_file, source_row, 0, 1, 0
    union all
    from standard.rejections
    select dataset, source_file, source_row, 0, 0, 1
)

from counted
select
    dataset,
    source_file,
    source_row,
    cast(sum(landed) as bigint) as landed,
    cast(sum(used) as bigint) as in_trajectories,
    cast(sum(rejected) as bigint) as rejected,
group by dataset, source_file, source_row
having sum(landed) <> sum(used)
    or sum(landed) + sum(rejected) <> 1
;
