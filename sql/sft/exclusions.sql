-- sft.exclusions
-- grain     one row per training set and trajectory that is missing from it
-- key       target, trajectory_id
-- upstream  seeds.targets, sft.unfit, standard.datasets,
--           standard.stacked_trajectories
--
-- Why a trajectory is missing from sft.<target>, by a code of seeds.exclusion_reasons. What no agent is trained on
-- comes first, then what the dataset's trajectories do not suit, then what the steps hold that the agent cannot have.
-- Test data comes last: what has no other reason can be had on demand (`adp export --include-test-data`).
create or replace view sft.exclusions as
with

for_all as (
    from sft.unfit
    select trajectory_id, reason as common_reason, detail as common_detail
    where target = '*'
),

judged as (
    from standard.stacked_trajectories as trajectories
    cross join seeds.targets as targets
    -- of a corpus that is not in the catalogue nobody knows whom it suits: it is judged by its steps alone
    left join standard.datasets as datasets on datasets.dataset = trajectories.dataset
    left join for_all on for_all.trajectory_id = trajectories.trajectory_id
    left join sft.unfit as unfit
        on unfit.target = targets.target and unfit.trajectory_id = trajectories.trajectory_id
    select
        targets.target,
        trajectories.trajectory_id,
        case
            when common_reason is not null and not list_contains(waives, common_reason) then common_reason
            when not list_has_any(agents, suits) then 'other_agent'
            when unfit.reason is not null then unfit.reason
            when is_test_data or exclusion = 'test_data' then 'test_data'
        end as missing_for,
        case
            when missing_for = common_reason then common_detail
            when missing_for = unfit.reason then unfit.detail
        end as missing_detail,
)

from judged
select target, trajectory_id, missing_for as reason, missing_detail as detail
where missing_for is not null
order by target, trajectory_id
;

from sft.exclusions;
