-- How many examples and tokens each dataset gives to each training set, as far as `adp pack` has counted them.
--
-- Tokens of the records in ChatML. `tokens_4096` and `tokens_16384` count each example up to that length only: what
-- is left of it in packs of that length. `uncounted` are trajectories in the training set without a count yet.
with

placed as (
    from standard.trajectories
    cross join seeds.targets as targets
    anti join sft.exclusions as exclusions
        on exclusions.target = targets.target and exclusions.trajectory_id = trajectories.trajectory_id
    select targets.target, dataset, trajectories.trajectory_id
),

counted as (
    from standard.record_tokens
    select
        target,
        trajectory_id,
        tokenizer,
        count(*) as examples,
        sum(tokens) as tokens,
        sum(least(tokens, 4096)) as tokens_4096,
        sum(least(tokens, 16384)) as tokens_16384,
        max(tokens) as longest,
    group by all
),

-- a tokenizer has its own row wherever the training set was counted with it
tokenizers as (
    from placed
    join counted using (target, trajectory_id)
    select distinct target, dataset, tokenizer
),

by_tokenizer as (
    from placed
    left join tokenizers using (target, dataset)
    left join counted using (target, trajectory_id, tokenizer)
)

from by_tokenizer
select
    target,
    dataset,
    tokenizer,
    cast(coalesce(sum(examples), 0) as bigint) as examples,
    cast(sum(tokens) as bigint) as tokens,
    cast(sum(tokens_4096) as bigint) as tokens_4096,
    cast(sum(tokens_16384) as bigint) as tokens_16384,
    round(sum(tokens) / sum(examples), 1) as average,
    round(sum(tokens_4096) / sum(examples), 1) as average_4096,
    max(longest) as longest,
    count(*) filter (examples is null) as uncounted,
group by all
order by target, dataset, tokenizer
;
