-- sft.placements
-- grain     one row per training set and trajectory
-- key       target, trajectory_id
-- upstream  seeds.targets, sft.decision_misfits, sft.unfit, standard.datasets, standard.stacked_trajectories
--
-- Whether a trajectory is in sft.<target>, or why it is missing from it (`reason`, a code of seeds.exclusion_reasons).
-- What no agent is trained on comes first, then what the dataset's trajectories do not suit, then what the steps hold
-- that the agent cannot have. Test data comes last: what has no other reason can be had on demand
-- (`adp export --include-test-data`).
create or replace view sft.placements as
with

-- of a corpus that is not in the catalogue nobody knows whom it suits: it is judged by its steps alone
suits as (
    from standard.datasets
    cross join seeds.targets as targets
    select
        dataset,
        target,
        list_has_any(agents, targets.suits) as is_suited,
        is_test_data,
),

for_all as (
    from sft.unfit
    select trajectory_id, reason as common_reason, detail as common_detail
    where target = '*'
)

from standard.stacked_trajectories as trajectories
cross join seeds.targets as targets
left join suits
    on suits.dataset = trajectories.dataset
    and suits.target = targets.target
left join for_all on for_all.trajectory_id = trajectories.trajectory_id
left join sft.decision_misfits as of_kin
    on of_kin.target = targets.kin and of_kin.trajectory_id = trajectories.trajectory_id
left join sft.decision_misfits as of_set
    on of_set.target = targets.target and of_set.trajectory_id = trajectories.trajectory_id
left join sft.unfit as unfit
    on unfit.target = targets.target and unfit.trajectory_id = trajectories.trajectory_id
select
    targets.target,
    trajectories.trajectory_id,
    trajectories.dataset,
    trajectories.landing_index,
    case
        when common_reason is not null and not list_contains(targets.waives, common_reason) then common_reason
        when not is_suited then 'other_agent'
        when of_kin.reason is not null then of_kin.reason
        when of_set.reason is not null then of_set.reason
        when unfit.reason is not null then unfit.reason
        when is_test_data or exclusion = 'test_data' then 'test_data'
    end as missing_for,
    case
        when missing_for = common_reason then common_detail
        when missing_for = unfit.reason then unfit.detail
    end as missing_detail,
;
