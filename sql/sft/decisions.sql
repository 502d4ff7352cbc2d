-- sft.decisions
-- grain     one row per message of the agent that can be foreseen (sft.foreseeable)
-- key       trajectory_id, exchange
-- upstream  sft.exchanges, sft.foreseeable, standard.steps
--
-- `state` stands for all that comes before the message, the ids of calls aside: runs of one task share it as long as
-- they go the same way. It is worked out where there is a verdict.
create or replace view sft.decisions as
with

messages as (
    from sft.foreseeable
),

judged as (
    from messages
    select distinct trajectory_id
    where label is not null
),

-- what texts say is asked before steps are put beside each other, which then carry no text along
told as (
    from standard.steps
    semi join judged using (trajectory_id)
    select
        trajectory_id,
        step_index,
        md5(
            concat_ws(
                chr(31), class, function, language, without_trailing_blanks(thought), nullif(content, ''),
                cast(arguments as varchar)
            )
        ) as hash,
),

hashed as (
    from told
    join sft.exchanges as places using (trajectory_id, step_index)
    select
        trajectory_id,
        exchange,
        md5(string_agg(hash, '' order by step_index) filter (is_action)) as message_hash,
        md5(concat(exchange, string_agg(hash, '' order by step_index))) as hash,
    group by trajectory_id, exchange
),

placed as (
    from hashed
    select
        trajectory_id,
        exchange,
        message_hash,
        sum(cast(md5_number_lower(hash) as hugeint)) over (
            partition by trajectory_id
            order by exchange
            rows between unbounded preceding and 1 preceding
        ) as state,
)

from messages
left join placed using (trajectory_id, exchange)
select
    dataset,
    landing_index,
    trajectory_id,
    exchange,
    step_index,
    is_call,
    weight,
    message_hash,
    case when state is not null then md5(concat(prompt_id, ' ', state)) end as state,
    task_id,
    split,
    label,
    label_by,
;
