-- How each model does on the proactive bench: proposals and silence, as far as they are answers of the model.
--
-- Turns without an answer, and answers that are the word null, are neither: `proactive_answers` counts them. A figure
-- of nothing is null. The false-alarm figure is the share of proposals that are rejected, as published.
with

counted as (
    from standard.judged_predictions
    select
        model,
        split,
        count(*) filter (status = 'proposed') as proposed,
        count(*) filter (status = 'none') as none,
        count(accepted) filter (status in ('proposed', 'none')) > 0 as is_judged,
        case when is_judged then count(*) filter (status = 'proposed' and accepted) end as tp,
        case when is_judged then count(*) filter (status = 'proposed' and not accepted) end as fp,
        case when is_judged then count(*) filter (status = 'none' and accepted) end as tn,
        case when is_judged then count(*) filter (status = 'none' and not accepted) end as fn,
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
    share_of(tp, tp + fp) as precision,
    share_of(tp, tp + fn) as recall,
    share_of(tp + tn, tp + fp + tn + fn) as accuracy,
    share_of(fp, tp + fp) as false_alarm,
    share_of(2 * tp, 2 * tp + fp + fn) as f1,
    share_of(tp, tp + fp) as accept_rate,
order by model, split
;
