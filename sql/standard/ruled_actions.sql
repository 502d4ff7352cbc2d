-- standard.ruled_actions
-- grain     one row per action
-- key       trajectory_id, step_index
-- upstream  seeds.action_rules, standard.steps
--
-- What an action is for: tool_call, retrieval, file_read, file_write, repair, verifier, ask_clarification, final_answer
-- or BLOCKED, by the rules of seeds.action_rules; `rule_id` is the one that held. Rules are held against what an action
-- has in common with many others, such as the name of its tool, so that each is asked once for each such value.
--
-- To plan it takes as long as to run it over a hundred thousand actions: an export keeps it (seeds.kept_views).
create or replace view standard.ruled_actions as
with

-- what the user says only counts as being there
spoken as materialized (
    from standard.steps
    select
        trajectory_id,
        step_index,
        dataset,
        landing_index,
        turn_index,
        kind,
        class,
        case when kind = 'action' then content end as content,
        function,
        arguments,
        thought,
        language,
        tool_call_id,
        case when class in ('code_action', 'api_action') then called_command(function, arguments, language, content) end
            as command,
        case when class in ('code_action', 'api_action') then called_code(function, arguments, language, content) end
            as code,
    where kind = 'action' or source = 'user'
),

actions as (
    from spoken
    where kind = 'action'
),

commands as (
    from actions
    select trajectory_id, step_index, unnest(command_pieces(without_heredocs(command))) as piece,
    where command is not null
),

ends as (
    from actions
    select trajectory_id, max(step_index) as step_index,
    group by trajectory_id
),

-- the agent's last words before the user speaks again
before_the_user as (
    from spoken
    select trajectory_id, step_index - 1 as step_index,
    where kind = 'observation'
),

turns_with_calls as (
    from actions
    select distinct trajectory_id, turn_index,
    where class <> 'message_action'
),

words as (
    from actions as said
    left join ends using (trajectory_id, step_index)
    left join before_the_user as met using (trajectory_id, step_index)
    left join turns_with_calls as calling using (trajectory_id, turn_index)
    select
        said.trajectory_id,
        said.step_index,
        content,
        case
            when ends.step_index is not null then 'last'
            when calling.turn_index is not null then 'beside a call'
            when met.step_index is not null then 'before the user'
            else 'between'
        end as place,
    where class = 'message_action'
),

features as (
    from commands
    select trajectory_id, step_index, 'program' as looks_at, command_head(piece) as value,
    union all
    from actions
    select trajectory_id, step_index, 'code', unnest(code_signals(code)),
    where code is not null and command is null
    union all
    from actions
    select trajectory_id, step_index, 'code', 'runs',
    where class = 'code_action' and code is null and command is null
    union all
    from actions
    select trajectory_id, step_index, 'function', plain_function(function, arguments),
    where class = 'api_action' and command is null and code is null
    union all
    from actions
    select trajectory_id, step_index, 'subcommand', subcommand(arguments),
    where class = 'api_action' and command is null
    union all
    from actions
    select trajectory_id, step_index, 'verdict', 'given up',
    where class = 'api_action'
        and (
            starts_with(arguments ->> '$.return_type', 'give_up')
            or (function = 'end' and (arguments ->> '$.succeeds') = 'false')
        )
    union all
    from actions
    select trajectory_id, step_index, 'thought', unnest(thought_signals(thought)),
    where class <> 'message_action' and thought is not null
    union all
    from words
    select trajectory_id, step_index, 'words', unnest(word_signals(content)),
    union all
    from words
    select
        trajectory_id,
        step_index,
        'place',
        place || case when regexp_matches(content, '\?\s*$') then ', a question' else '' end,
),

told_apart as (
    from features
    select distinct looks_at, value,
),

ruled as (
    from told_apart
    join seeds.action_rules as rules
        on rules.looks_at = told_apart.looks_at
        and regexp_matches(told_apart.value, rules.pattern)
    select
        told_apart.looks_at,
        value,
        min({'priority': priority, 'rule_id': rule_id, 'action_type': action_type, 'confidence': confidence}) as rule,
    group by all
),

judged as (
    from features
    join ruled using (looks_at, value)
    select trajectory_id, step_index, min(rule) as rule,
    group by trajectory_id, step_index
)

from actions
join judged using (trajectory_id, step_index)
select
    actions.trajectory_id,
    actions.step_index,
    dataset,
    landing_index,
    actions.turn_index,
    rule.action_type as action_type,
    rule.rule_id as rule_id,
    rule.confidence as confidence,
;
