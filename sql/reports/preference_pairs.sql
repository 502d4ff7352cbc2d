-- How many pairs of sft.verifier_preference each dataset gives, and in how many the worse message is synthetic.
--
-- A real one is what a failed run did at the same place, a synthetic one an earlier message of the same run; see
-- sft.alternatives. `share_synthetic` is the part of the dataset's pairs on that side of the split.
with

left_out as (
    from sft.exclusions
    select trajectory_id
    where target = 'verifier_preference'
),

pairs as (
    from sft.alternatives as alternatives
    join sft.decisions as decisions using (dataset, landing_index, trajectory_id, exchange)
    join standard.ruled_actions as types
        on types.trajectory_id = decisions.trajectory_id
        and types.step_index = decisions.step_index
    anti join left_out on left_out.trajectory_id = decisions.trajectory_id
    select decisions.dataset, split, is_synthetic, action_type = other_action_type as is_of_one_type,
)

from pairs
select
    dataset,
    split,
    count(*) as pairs,
    count(*) filter (not is_synthetic) as real,
    count(*) filter (is_synthetic) as synthetic,
    round(count(*) filter (is_synthetic) / count(*), 4) as share_synthetic,
    count(*) filter (is_of_one_type) as of_one_type,
group by dataset, split
order by dataset, split
;
