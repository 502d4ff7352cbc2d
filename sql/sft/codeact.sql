-- sft.codeact
-- grain     one row per trajectory that an agent which writes Python in tags is trained on
-- key       id
-- upstream  sft.framing, standard.stacked_trajectories, standard.steps
--
-- Conversations of roles system, user and assistant: thoughts as words, code in <execute>, answers in <solution>, what
-- the session showed behind "Observation:"; general chats as they are. Where staging kept a message as the session had
-- it (`said` in the details of its first step), that is the message, word by word. `tier` says how hard the task was,
-- of runs: medium, or hard for those that only the second round solved.
create or replace view sft.codeact as
with

told as (
    from standard.steps as steps
    join sft.framing as framing using (trajectory_id)
    select
        steps.trajectory_id,
        steps.dataset,
        steps.landing_index,
        steps.step_index,
        steps.kind,
        -- an observation is a message by itself, the actions of a turn are one
        coalesce(steps.turn_index, -1 - steps.step_index) as message,
        steps.details ->> '$.said' as said,
        concat_ws(
            chr(10),
            steps.thought,
            case
                when class = 'code_action' then concat('<execute>', chr(10), content, chr(10), '</execute>')
                when class = 'text_observation' and source = 'environment'
                    then concat('Observation:', chr(10), content)
                when class in ('text_observation', 'message_action') then content
                when class = 'api_action' then
                    concat('<execute>', chr(10), call_in_quotes(function, arguments, '"'), chr(10), '</execute>')
                else error('no rendering for class ' || class)
            end
        ) as text,
    where target = 'codeact' and steps.step_index <= framing.last_step
),

messages as (
    from told
    select
        trajectory_id,
        dataset,
        landing_index,
        min(step_index) as step_index,
        case any_value(kind) when 'action' then 'assistant' else 'user' end as role,
        coalesce(any_value(said), string_agg(text, chr(10) order by step_index)) as content,
    group by trajectory_id, dataset, landing_index, message
),

conversations as (
    from messages
    select
        trajectory_id,
        dataset,
        landing_index,
        list({'role': role, 'content': content} order by step_index) as messages,
    group by trajectory_id, dataset, landing_index
)

from conversations
join standard.stacked_trajectories as trajectories using (dataset, landing_index, trajectory_id)
select
    trajectory_id as id,
    case
        when system_prompt is null then messages
        else list_prepend({'role': 'system', 'content': system_prompt}, messages)
    end as conversations,
    dataset,
    case
        when dataset = 'codeact-runs' then codeact_tier(
            coalesce(starts_with(model, 'gpt-4'), false), cast(details ->> '$.turns' as bigint)
        )
    end as tier,
    held_out_split(task_id) as split,
order by dataset, landing_index
;

from sft.codeact;
