-- sft.exclusions
-- grain     one row per training set and trajectory that is missing from it
-- key       target, trajectory_id
-- upstream  sft.alternatives, sft.placements
--
-- Why a trajectory is missing from sft.<target>, by a code of seeds.exclusion_reasons: what sft.placements says, and
-- for sft.verifier_preference whether there is a message that is worse than one of its own (sft.alternatives).
create or replace view sft.exclusions as
with

paired as (
    from sft.alternatives
    select distinct trajectory_id
),

unpaired as (
    from sft.placements
    anti join paired using (trajectory_id)
    select 'verifier_preference' as target, trajectory_id, 'no_alternative' as reason
    where target = 'verifier_preference' and coalesce(missing_for, 'test_data') = 'test_data'
)

from sft.placements as placements
left join unpaired
    on unpaired.target = placements.target and unpaired.trajectory_id = placements.trajectory_id
select
    placements.target,
    placements.trajectory_id,
    coalesce(unpaired.reason, missing_for) as reason,
    missing_detail as detail,
where coalesce(unpaired.reason, missing_for) is not null
order by placements.target, placements.trajectory_id
;

from sft.exclusions;
