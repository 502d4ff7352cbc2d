-- A system prompt stands in `system` only: repeated in the turns it would be learnt as something that people say.
--
-- Looks for the first 200 characters of the prompt in use and of the source's own; a shorter one, such as `You are
-- helpful.`, may well be something that people say.
with

turns as (
    from sft.openhands
    select 'openhands' as target, id, id as trajectory_id, system, unnest(conversations).value as text
    union all
    from sft.sweagent
    select 'sweagent', id, id, system, unnest(conversations).value
    union all
    from sft.mini_swe_agent
    select 'mini_swe_agent', id, id, system, unnest(conversations).value
    union all
    from sft.openhands_tools
    select 'openhands_tools', id, id, messages[1] ->> '$.content', unnest(messages[2:]) ->> '$.content'
    union all
    from sft.agentlab
    select 'agentlab', id, trajectory_id, system, unnest(conversations).content
)

from turns
join standard.trajectories using (trajectory_id)
left join standard.prompts as prompts using (prompt_id)
select target, id, left(turns.text, 80) as text
where (length(system) >= 200 and contains(turns.text, left(system, 200)))
    or (length(prompts.text) >= 200 and contains(turns.text, left(prompts.text, 200)))
;
