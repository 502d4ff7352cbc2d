-- What the answers of each model to the proactive bench are, by status, and how many of them were judged.
from standard.judged_predictions
select
    model,
    split,
    status,
    count(*) as answers,
    count(accepted) as judged,
    count(*) filter (accepted) as accepted,
    any_value(judge) as judge,
group by model, split, status
order by model, split, status
;
