-- standard.steps
-- grain     one row per step: one action or one observation
-- key       trajectory_id, step_index
-- upstream  staging.agenttuning_os_steps, staging.code_feedback_steps, ... (every dataset's)
--
-- The long form of all datasets. A staging table names just the columns that its source has; `typed` gives the others
-- their types and the view its column order. Within a dataset rows lie in landing order.
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

stacked as (
    from typed
    union all by name
    from staging.agenttuning_os_steps
    union all by name
    from staging.code_feedback_steps
    union all by name
    from staging.codeactinstruct_steps
    union all by name
    from staging.nnetnav_live_steps
    union all by name
    from staging.nnetnav_wa_steps
    union all by name
    from staging.orca_agentinstruct_steps
    union all by name
    from staging.swe_gym_openhands_sampled_trajectories_steps
    union all by name
    from staging.swe_smith_steps
)

from stacked
select
    * replace (coalesce(trainable, true) as trainable)
;
