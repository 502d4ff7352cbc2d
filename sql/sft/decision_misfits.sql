-- sft.decision_misfits
-- grain     one row per trajectory that no set of the Speculative Tool Actions can have (target is 'decisions'), and
--           one per set and other trajectory that it cannot have
-- key       target, trajectory_id
-- upstream  seeds.targets, sft.foreseeable, sft.step_traits, standard.stacked_trajectories
--
-- The first reason that holds, by a code of seeds.exclusion_reasons. A task is held out for sft.speculative_eval or
-- trained on, with all its trajectories; see macro held_out_split. Who is left out of sft.verifier_preference for want
-- of an alternative is told by sft.exclusions.
create or replace table sft.decision_misfits as
with

targets as (
    from seeds.targets
    select target
    where kin = 'decisions'
),

shown as (
    from sft.step_traits
    select trajectory_id, bool_or(class = 'image_observation') as has_images,
    where class in ('image_observation', 'web_observation')
    group by trajectory_id
),

decided as (
    from sft.foreseeable
    select trajectory_id, bool_or(is_call) as has_calls, any_value(split) as split, any_value(label) as label,
    group by trajectory_id
),

judged as (
    from standard.stacked_trajectories as trajectories
    left join shown on shown.trajectory_id = trajectories.trajectory_id
    left join decided on decided.trajectory_id = trajectories.trajectory_id
    select
        trajectories.trajectory_id,
        case
            when has_images then 'image'
            when has_images is not null then 'web'
            when has_calls is null then 'no_actions'
            when not has_calls then 'no_calls'
        end as common_reason,
        split,
        label,
),

judged_for as (
    from judged
    cross join targets
    select
        target,
        trajectory_id,
        case
            when target in ('verifier', 'verifier_preference') and label is null then 'no_verdict'
            when target = 'verifier_preference' and not label then 'unresolved'
            when target <> 'speculative_eval' and split = 'eval' then 'held_out'
            when target = 'speculative_eval' and split <> 'eval' then 'not_held_out'
        end as reason,
    where common_reason is null
)

from judged
select 'decisions' as target, trajectory_id, common_reason as reason
where common_reason is not null
union all
from judged_for
select target, trajectory_id, reason
where reason is not null
order by target, trajectory_id
;
