-- standard.steps
-- grain     one row per step: one action or one observation
-- key       trajectory_id, step_index
-- upstream  standard.page_steps, standard.axtrees,
--           staging.agenttuning_os_steps, staging.code_feedback_steps, ... (every dataset's)
--
-- The long form of all datasets. A staging table names just the columns that its source has; `typed` gives the others
-- their types and the view its column order. Within a dataset rows lie in landing order.
--
-- Datasets whose pages are HTML come by way of standard.page_steps: a page gets the accessibility tree that a browser
-- made of it (`axtree_from` in the details says so); of an act, the argument `xpath` becomes `bid`, the element's id in
-- that tree, and the path goes to the details.
create or replace view standard.steps as
with

typed as (
    select
        null::varchar as trajectory_id,
        null::integer as step_index,
        null::varchar as dataset,
        null::bigint as landing_index,
        null::integer as turn_index,
        null::varchar as class,
        null::varchar as kind,
        null::varchar as source,
        null::varchar as content,
        null::varchar as function,
        null::json as arguments,
        null::varchar as language,
        null::varchar as thought,
        null::varchar as reasoning,
        null::varchar as tool_call_id,
        null::varchar as name,
        null::varchar as url,
        null::varchar as html,
        null::varchar as axtree,
        null::struct(sha256 varchar, path varchar, media_type varchar, width integer, height integer)[] as images,
        null::json as annotations,
        null::json as viewport,
        null::double as reward,
        null::boolean as trainable,
        null::varchar as model,
        null::timestamptz as recorded_at,
        null::json as details
    where false
),

rendered as (
    from standard.page_steps as steps
    left join standard.axtrees as trees using (dataset, landing_index, trajectory_id, step_index)
    select
        steps.* replace (
            coalesce(steps.axtree, trees.axtree) as axtree,
            case
                when trees.bid is null then steps.arguments
                else renamed_argument(steps.arguments, 'xpath', 'bid', trees.bid)
            end as arguments,
            case
                when trees.bid is not null
                    then json_merge_patch(coalesce(steps.details, '{}'), to_json({'xpath': trees.xpath}))
                when trees.axtree is not null
                    then json_merge_patch(coalesce(steps.details, '{}'), '{"axtree_from":"html"}')
                else steps.details
            end as details
        )
),

stacked as (
    from typed
    union all by name
    from rendered
    union all by name
    from staging.adp_std_steps
    union all by name
    from staging.agenttuning_alfworld_steps
    union all by name
    from staging.agenttuning_db_steps
    union all by name
    from staging.agenttuning_kg_steps
    union all by name
    from staging.agenttuning_mind2web_steps
    union all by name
    from staging.agenttuning_os_steps
    union all by name
    from staging.agenttuning_webshop_steps
    union all by name
    from staging.atif_steps
    union all by name
    from staging.android_in_the_wild_steps
    union all by name
    from staging.androidcontrol_steps
    union all by name
    from staging.code_feedback_steps
    union all by name
    from staging.codeact_runs_steps
    union all by name
    from staging.codeactinstruct_steps
    union all by name
    from staging.eto_steps
    union all by name
    from staging.general_chat_steps
    union all by name
    from staging.go_browse_wa_steps
    union all by name
    from staging.llava_plus_steps
    union all by name
    from staging.mini_coder_steps
    union all by name
    from staging.nebius_swe_agent_trajectories_steps
    union all by name
    from staging.nnetnav_live_steps
    union all by name
    from staging.nnetnav_wa_steps
    union all by name
    from staging.omniact_steps
    union all by name
    from staging.openai_steps
    union all by name
    from staging.openhands_steps
    union all by name
    from staging.orca_agentinstruct_steps
    union all by name
    from staging.proactive_annotations_steps
    union all by name
    from staging.proactive_bench_steps
    union all by name
    from staging.proactive_gym_steps
    union all by name
    from staging.proactive_reward_steps
    union all by name
    from staging.proactive_traces_steps
    union all by name
    from staging.screenagent_steps
    union all by name
    from staging.swe_gym_openhands_sampled_trajectories_steps
    union all by name
    from staging.swe_play_trajectories_steps
    union all by name
    from staging.swe_smith_steps
    union all by name
    from staging.synatra_steps
    union all by name
    from staging.toolbench_steps
    union all by name
    from staging.toucan_1_5m_steps
    union all by name
    from staging.webarena_successful_steps
)

from stacked
select
    * replace (coalesce(trainable, true) as trainable)
;
