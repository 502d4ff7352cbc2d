-- sft.explanations
-- grain     one row per row of reward data that a model has explained
-- key       reward_id
-- needs     raw.proactive_judgements
-- upstream  standard.judgements, standard.reward_rows
--
-- Why a task is right or wrong in the words of a model that came to the same verdict as most annotators, and, where it
-- was asked again with nothing but these words, came to it every time. Of several the last.
create or replace table sft.explanations as
from standard.judgements as judgements
join standard.reward_rows as rows on rows.reward_id = judgements.row_id
select
    reward_id,
    any_value(rows.trajectory_id) as trajectory_id,
    any_value(rows.dataset) as dataset,
    any_value(rows.landing_index) as landing_index,
    arg_max(thought, judgements.landing_index) as explanation,
    arg_max(judge, judgements.landing_index) as judge,
where subject = 'reward_row'
    and accepted = valid
    and is_decided
    and coalesce(is_consistent, true)
    and not is_blank(thought)
group by reward_id
order by any_value(rows.dataset), any_value(rows.landing_index), reward_id
;
