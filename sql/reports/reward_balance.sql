-- How many rows of reward data each category has, and how many they are with rows of rare categories repeated.
--
-- Repeated as published: no category is less than a fifth of the largest, rounded down. `rule` says whose categories
-- these are: as published, or by the corrected rule; rows without a verdict have none.
with

categories as (
    from standard.reward_rows
    select dataset, published_split as split, 'published' as rule, published_category as category,
    union all
    from standard.reward_rows
    select dataset, published_split, 'corrected', category,
    where is_decided
),

counted as (
    from categories
    select dataset, split, rule, category, count(*) as rows,
    where category is not null
    group by all
)

from counted
select
    dataset,
    split,
    rule,
    category,
    rows,
    greatest(rows, max(rows) over (partition by dataset, split, rule) // 5) as rows_balanced,
order by all
;
