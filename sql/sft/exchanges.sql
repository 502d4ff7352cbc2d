-- sft.exchanges
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  sft.step_traits
--
-- How a trajectory reads as messages with tool calls: an exchange is one message of the agent, the results of its calls
-- and what else is said before the agent speaks again; what comes before the agent's first message is exchange -1.
-- Turns that only say something are one message with the turn behind them where nothing comes between.
--
-- `answers` is the step of the call that an observation is the result of, where it comes before the agent speaks again:
-- a later one is told as what it is, news. `is_told` marks code that nobody ran, such as an example in a chat: it stays
-- text. Code was run where it has a result, shares one (details `result`), or ends a trajectory in which other code
-- was. `is_call` marks calls and code that was run, `trained` what may be learnt from (null for observations), `weight`
-- is the length of what is thought, said and called. Windows name landing_index first: to sort by numbers takes half as
-- long as by ids that begin alike.
create or replace table sft.exchanges as
with

-- the turn that an observation comes behind
placed as (
    from sft.step_traits
    select
        *,
        max(turn_index) over (partition by landing_index, trajectory_id order by step_index) as turn,
),

calls as (
    from sft.step_traits
    select trajectory_id, tool_call_id, step_index as call_step, turn_index as call_turn
    where class in ('api_action', 'code_action') and tool_call_id is not null
),

linked as (
    from placed
    left join calls
        on calls.trajectory_id = placed.trajectory_id
        and calls.tool_call_id = placed.tool_call_id
        and placed.kind = 'observation'
    select
        placed.*,
        call_step,
        case when call_turn = turn then call_step end as answers,
),

results as (
    from linked
    select distinct trajectory_id, call_step as step_index, true as has_result
    where call_step is not null
),

runs as (
    from sft.step_traits
    semi join results using (trajectory_id, step_index)
    select distinct trajectory_id, true as runs_code
    where class = 'code_action'
),

judged as (
    from linked
    left join results
        on results.trajectory_id = linked.trajectory_id
        and results.step_index = linked.step_index
    left join runs on runs.trajectory_id = linked.trajectory_id
    select
        linked.*,
        class = 'code_action' and has_result is null and result is distinct from 'shared'
            and (result is not null or runs_code is null) as is_told,
        class in ('code_action', 'api_action') and not is_told as is_call,
),

turns as (
    from judged
    select
        landing_index,
        trajectory_id,
        turn_index,
        min(step_index) as first_step,
        max(step_index) as last_step,
        bool_or(is_call) as calls,
    where kind = 'action'
    group by landing_index, trajectory_id, turn_index
),

begun as (
    from turns
    select
        landing_index,
        trajectory_id,
        turn_index,
        coalesce(lag(calls) over in_order or first_step > 1 + lag(last_step) over in_order, true) as begins
    window in_order as (partition by landing_index, trajectory_id order by turn_index)
),

numbered as (
    from begun
    select
        trajectory_id,
        turn_index as turn,
        cast(sum(cast(begins as integer)) over in_order - 1 as integer) as exchange
    window in_order as (partition by landing_index, trajectory_id order by turn_index)
)

from judged
left join numbered
    on numbered.trajectory_id = judged.trajectory_id
    and numbered.turn = judged.turn
select
    judged.trajectory_id,
    dataset,
    landing_index,
    step_index,
    coalesce(exchange, -1) as exchange,
    answers,
    is_told,
    kind = 'action' as is_action,
    is_call,
    case when kind = 'action' then trainable end as trained,
    weight,
order by dataset, landing_index, step_index
;
