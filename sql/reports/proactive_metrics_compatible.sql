-- How each model does on the proactive bench, counted as the published figures are.
--
-- The keys of failed turns and the word null are proposals there. A proposal that is accepted is a true positive,
-- silence that is accepted a true negative. The false-alarm figure is the share of proposals that are rejected, as
-- published, and so the accept rate is the precision by another name. Where no judge has looked, there are only counts.
with

counted as (
    from standard.judged_predictions
    select
        model,
        split,
        count(*) filter (task is not null) as proposed,
        count(*) filter (task is null) as none,
        count(accepted) > 0 as is_judged,
        case when is_judged then count(*) filter (task is not null and accepted) end as tp,
        case when is_judged then count(*) filter (task is not null and not accepted) end as fp,
        case when is_judged then count(*) filter (task is null and accepted) end as tn,
        case when is_judged then count(*) filter (task is null and not accepted) end as fn,
    group by model, split
)

from counted
select
    model,
    split,
    proposed,
    none,
    tp,
    fp,
    tn,
    fn,
    share_as_published(tp, tp + fp) as precision,
    share_as_published(tp, tp + fn) as recall,
    share_as_published(tp + tn, tp + fp + tn + fn) as accuracy,
    share_as_published(fp, tp + fp) as false_alarm,
    share_as_published(2 * precision * recall, precision + recall) as f1,
    share_as_published(tp, tp + fp) as accept_rate,
order by model, split
;
