-- What the agents' actions are for: how often each type occurs, per dataset, beside what the published rules say.
--
-- One row per dataset and pair of types: ours (standard.action_types) and that of the published rules of the
-- Speculative Tool Actions. `share` is the part of the dataset's actions, `confidence` how far our rules can be trusted
-- on average.
with

counted as (
    from standard.action_types
    select
        dataset,
        action_type,
        original_action_type,
        count(*) as actions,
        avg(confidence) as confidence,
    group by all
)

from counted
select
    dataset,
    action_type,
    original_action_type,
    actions,
    round(actions / sum(actions) over (partition by dataset), 4) as share,
    round(confidence, 2) as confidence,
order by dataset, actions desc, action_type, original_action_type
;
