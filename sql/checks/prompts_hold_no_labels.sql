-- No prompt of the Speculative Tool Actions holds its own label or a later one: not the type of an action, as a
-- completion names it, unless the agent itself wrote such a line, and no message of the agent's from its own place on.
-- A completion names its own type, an alternative is not what it stands beside, the question is asked once, and every
-- message is somebody's.
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

exchanges as (
    from sft.exchanges
    select distinct trajectory_id, exchange
    where exchange >= 0
),

numbered as (
    from exchanges
    select
        trajectory_id,
        exchange,
        row_number() over (partition by trajectory_id order by exchange) - 1 as messages_before,
),

counted as (
    from sft.decisions
    join numbered using (trajectory_id, exchange)
    select trajectory_id, step_index, messages_before,
),

-- the agent's own lines of that form
own_lines as (
    from standard.actions
    cross join types
    select distinct trajectory_id
    where case
        when contains(thought, 'Action: ') or contains(content, 'Action: ')
            then regexp_matches(concat_ws(chr(10), thought, content), '(?m)^Action: (' || names || ')$')
    end
),

-- A prompt as a word, since there are far more messages in all prompts than in all trajectories: of each message A
-- where it is the agent's, O where it is another's and X where it is nobody's, N behind it where it names a type, Q
-- where it asks the question. JSON is read, and the pattern tried, where the words are there at all.
spelt as (
    from prompts
    cross join types
    select
        target,
        id,
        trajectory_id,
        step_index,
        is_wrong,
        joined(
            list_transform(
                prompt,
                lambda message: concat(
                    case
                        when starts_with(cast(message as varchar), '{"role":"assistant"') then 'A'
                        when regexp_matches(cast(message as varchar), '^\{"role":"(system|user|tool)"') then 'O'
                        else 'X'
                    end,
                    case
                        when contains(cast(message as varchar), 'Action: ')
                            and starts_with(cast(message as varchar), '{"role":"assistant"')
                            then case
                                when regexp_matches(message ->> '$.content', '(?m)^Action: (' || names || ')$')
                                    then 'N'
                            end
                    end,
                    case
                        when contains(cast(message as varchar), '[Next Action Prediction]')
                            then case when contains(message ->> '$.content', '[Next Action Prediction]') then 'Q' end
                    end
                )
            ),
            ''
        ) as word,
),

looked_at as (
    from spelt
    left join counted using (trajectory_id, step_index)
    left join own_lines as own using (trajectory_id)
    select
        target,
        id,
        is_wrong,
        coalesce(contains(word, 'X'), true) as is_no_prompt,
        length(word) - length(replace(word, 'A', '')) > coalesce(messages_before, 0) as knows_later_messages,
        own.trajectory_id is null and contains(word, 'N') as names_a_type,
        length(word) - length(replace(word, 'Q', ''))
        <> case when starts_with(target, 'proposer') then 1 else 0 end as is_asked_wrongly,
)

from looked_at
select target, id, is_wrong, is_no_prompt, knows_later_messages, names_a_type, is_asked_wrongly,
where is_wrong or is_no_prompt or knows_later_messages or names_a_type or is_asked_wrongly
;
