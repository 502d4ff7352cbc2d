-- How reward models do on the reward data: the share of right verdicts by category, and all of them together.
--
-- A verdict is right when it is that of the row, as published and by the corrected rule (`accuracy_corrected`). An
-- answer without a verdict counts as wrong, and for precision and recall as a rejection, as published. Rows that a
-- judge was not asked about do not count; the published split keeps test rows apart from those to train on. The row
-- `average` is the mean of the categories.
with

given as (
    from standard.judgements
    join standard.reward_rows as rows on rows.reward_id = row_id
    select
        judge,
        published_split,
        published_category as category,
        published_valid as truth,
        accepted,
        coalesce(accepted, false) as taken,
        coalesce(accepted = published_valid, false) as is_right,
        case when is_decided then coalesce(accepted = valid, false) end as is_right_corrected,
    where subject = 'reward_row' and is_latest and published_valid is not null
),

by_category as (
    from given
    select
        judge,
        published_split,
        category,
        count(*) as verdicts,
        count(*) filter (accepted is null) as unreadable,
        count(*) filter (is_right) as right_ones,
        count(is_right_corrected) as decided,
        count(*) filter (is_right_corrected) as right_corrected,
        share_of(right_ones, verdicts) as accuracy,
        share_of(right_corrected, decided) as accuracy_corrected,
        count(*) filter (truth and taken) as tp,
        count(*) filter (not truth and taken) as fp,
        count(*) filter (not truth and not taken) as tn,
        count(*) filter (truth and not taken) as fn,
    group by judge, published_split, category
),

every_line as (
    from by_category
    union all by name
    from by_category
    select
        judge,
        published_split,
        'average' as category,
        cast(sum(verdicts) as bigint) as verdicts,
        cast(sum(unreadable) as bigint) as unreadable,
        avg(accuracy) as accuracy,
        avg(accuracy_corrected) as accuracy_corrected,
    group by judge, published_split
    union all by name
    from by_category
    select
        judge,
        published_split,
        'all' as category,
        cast(sum(verdicts) as bigint) as verdicts,
        cast(sum(unreadable) as bigint) as unreadable,
        share_of(sum(right_ones), sum(verdicts)) as accuracy,
        share_of(sum(right_corrected), sum(decided)) as accuracy_corrected,
        cast(sum(tp) as bigint) as tp,
        cast(sum(fp) as bigint) as fp,
        cast(sum(tn) as bigint) as tn,
        cast(sum(fn) as bigint) as fn,
    group by judge, published_split
)

from every_line
select
    judge,
    published_split as split,
    category,
    verdicts,
    unreadable,
    accuracy,
    accuracy_corrected,
    tp,
    fp,
    tn,
    fn,
    case category when 'all' then share_of(tp, tp + fp) end as precision,
    case category when 'all' then share_of(tp, tp + fn) end as recall,
    case category when 'all' then share_of(2 * tp, 2 * tp + fp + fn) end as f1,
order by judge, split, category
;
