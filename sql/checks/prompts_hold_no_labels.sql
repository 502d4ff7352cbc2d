-- No prompt of the Speculative Tool Actions holds its own label or a later one: not the type of an action, as a
-- completion names it, unless the agent itself wrote such a line, and no message of the agent's from its own place on.
-- A completion names its own type, an alternative is not what it stands beside, and the question is asked once.
with

types as (
    from seeds.action_rules
    select string_agg(distinct action_type, '|' order by action_type) as names
),

prompts as (
    from sft.proposer
    select
        'proposer' as target, id, trajectory_id, step_index, prompt,
        not starts_with(completion[1] ->> '$.content', 'Action: ' || action_type) as is_wrong,
    union all
    from sft.proposer_brief
    select
        'proposer_brief', id, trajectory_id, step_index, prompt,
        not starts_with(completion[1] ->> '$.content', 'Action: ' || action_type)
        or json_exists(completion[1], '$.tool_calls'),
    union all
    from sft.verifier
    select 'verifier', id, trajectory_id, step_index, prompt, false
    union all
    from sft.verifier_preference
    select
        'verifier_preference', id, trajectory_id, step_index, prompt,
        coalesce(cast(chosen as varchar) = cast(rejected as varchar), true)
        or is_synthetic <> (rejected_step_index < step_index),
    union all
    from sft.speculative_eval
    select 'speculative_eval', id, trajectory_id, step_index, messages[:-2], false
),

counted as (
    from sft.decisions as decisions
    join sft.exchanges as earlier
        on earlier.trajectory_id = decisions.trajectory_id
        and earlier.exchange < decisions.exchange
        and earlier.exchange >= 0
    select decisions.trajectory_id, decisions.step_index, count(distinct earlier.exchange) as messages_before,
    group by all
),

-- the agent's own lines of that form
own_lines as (
    from standard.actions
    cross join types
    select distinct trajectory_id
    where regexp_matches(concat_ws(chr(10), thought, content), '(?m)^Action: (' || names || ')$')
),

looked_at as (
    from prompts
    cross join types
    left join counted using (trajectory_id, step_index)
    left join own_lines as own using (trajectory_id)
    select
        target,
        id,
        is_wrong,
        list_filter(prompt, lambda message: (message ->> '$.role') = 'assistant') as answers,
        len(answers) > coalesce(messages_before, 0) as knows_later_messages,
        own.trajectory_id is null
        and len(
            list_filter(
                answers,
                lambda message: regexp_matches(message ->> '$.content', '(?m)^Action: (' || names || ')$')
            )
        ) > 0 as names_a_type,
        len(list_filter(prompt, lambda message: contains(message ->> '$.content', '[Next Action Prediction]')))
        <> case when starts_with(target, 'proposer') then 1 else 0 end as is_asked_wrongly,
)

from looked_at
select target, id, is_wrong, knows_later_messages, names_a_type, is_asked_wrongly,
where is_wrong or knows_later_messages or names_a_type or is_asked_wrongly
;
