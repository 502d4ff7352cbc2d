-- What a reward model or the proactive agent is asked shows nothing that came after the moment, and not the answer.
--
-- The events in the text are held against those of the trajectory up to the moment: the question to a reward model has
-- just these, a history of the agent ends in the last of them.
with

asked as (
    from sft.reward
    select
        'reward' as target,
        id,
        trajectory_id,
        step_index,
        json_extract_string(
            try_cast(conversations[1].content as json), '$."Observations (Time Ascending)"[*].event'
        ) as events,
        contains(conversations[1].content, '"judgement"') as tells,
    union all
    from sft.proactive_agent
    select
        'proactive_agent',
        id,
        trajectory_id,
        step_index,
        json_extract_string(try_cast(conversations[-2].content as json), '$.Observations[*].event'),
        false,
),

known as (
    from standard.observations
    select
        trajectory_id,
        step_index,
        content,
        dataset <> 'proactive-gym' or is_on_channel(details -> '$.tags', 'events') as is_event,
),

expected as (
    from asked
    join known using (trajectory_id)
    select
        target,
        id,
        list(content order by known.step_index) as events,
    where known.step_index <= asked.step_index and is_event
    group by target, id
)

from asked
left join expected using (target, id)
select
    target,
    id,
    case when tells then 'tells the verdict' else 'shows other events' end as problem,
where tells
    or coalesce(len(asked.events), 0) = 0
    or case target
        when 'reward' then asked.events <> expected.events
        else asked.events <> expected.events[-len(asked.events):]
    end
    or expected.events is null
;
