-- How far annotators agree with the verdicts of the reward data, and how many moments call for help.
--
-- `agreement` is the share of votes that are the row's verdict as published, `agreement_corrected` the same by the
-- corrected rule. Rows without a verdict have no share in it. A moment calls for help where all annotators accept one
-- task.
with

rows as (
    from standard.reward_rows
    select
        *,
        len(list_filter(votes, lambda vote: vote is not null)) as vote_count,
        case published_valid when true then count_true(votes) when false then count_false(votes) end as agreeing,
        case valid when true then count_true(votes) when false then count_false(votes) end as agreeing_corrected,
),

moments as (
    from standard.annotations
    join standard.trajectories using (dataset, landing_index, trajectory_id)
    select
        dataset,
        trajectory_id,
        case dataset when 'proactive-reward' then group_id else trajectory_id end as trace,
        turn_position,
    group by all
),

helped as (
    from rows
    join moments using (dataset, trajectory_id, turn_position)
    select
        dataset,
        published_split,
        count(distinct trace || '/' || turn_position) as moments,
        count(distinct trace || '/' || turn_position) filter (help_needed) as moments_of_help,
    group by all
),

counted as (
    from rows
    select
        dataset,
        published_split,
        count(*) filter (published_valid is not null) as rows,
        count(*) filter (valid is not null) as rows_corrected,
        count(*) filter (not is_decided and vote_count > 1) as ties,
        cast(sum(vote_count) filter (agreeing is not null) as bigint) as votes,
        share_of(sum(agreeing), sum(vote_count) filter (agreeing is not null)) as agreement,
        share_of(
            sum(agreeing_corrected), sum(vote_count) filter (agreeing_corrected is not null)
        ) as agreement_corrected,
    group by dataset, published_split
)

from counted
left join helped
    on helped.dataset = counted.dataset and helped.published_split is not distinct from counted.published_split
select
    counted.dataset,
    counted.published_split as split,
    rows,
    rows_corrected,
    ties,
    votes,
    agreement,
    agreement_corrected,
    moments,
    moments_of_help,
order by counted.dataset, split
;
