-- sft.mini_swe_agent
-- grain     one row per trajectory that mini-swe-agent can be trained on
-- key       id
-- upstream  sft.framing, sft.shared_thoughts, sft.system_prompts, standard.steps
--
-- Conversations of an agent that has nothing but a shell: each answer is a thought and one block of bash, as
-- mini-swe-agent reads it, each result the return code, where the source knows it, and the output. Words without a
-- command and calls of `finish` and `submit` hand the work in, with the command that ends a run; the user may go on.
-- The task stands in the agent's own frame where its prompt has one. Long outputs stay whole, where the agent would
-- cut their middle.
create or replace view sft.mini_swe_agent as
with

rendered as (
    from standard.steps as steps
    join sft.framing as framing using (trajectory_id)
    left join sft.system_prompts as prompts using (target)
    left join sft.shared_thoughts as shared
        on shared.trajectory_id = steps.trajectory_id
        and shared.turn_index = steps.turn_index
        and shared.step_index < steps.step_index
    select
        steps.trajectory_id,
        steps.dataset,
        steps.landing_index,
        steps.step_index,
        case when last_function = 'submit' then 'submit' else framing.ending end as ending,
        framing.user_closing,
        framing.agent_closing,
        prompts.text as system,
        case kind when 'action' then 'gpt' else 'human' end as speaker,
        concat_ws(
            chr(10) || chr(10),
            case
                when kind = 'action'
                    then 'THOUGHT: ' || without_trailing_blanks(coalesce(steps.thought, shared.thought))
            end,
            case class
                when 'text_observation' then
                    case
                        when tool_call_id is not null then command_output(content, steps.details ->> '$.returncode')
                        when steps.step_index = 0 and task_frame is not null
                            then replace(task_frame, '{task}', content)
                        else content
                    end
                when 'message_action' then nullif(content, '')
                when 'code_action' then command_block(shell_command(function, arguments, language, content))
                when 'api_action' then
                    concat_ws(
                        chr(10) || chr(10),
                        case function when 'finish' then finish_words(arguments) end,
                        command_block(shell_command(function, arguments, language, content))
                    )
                else error('no rendering for class ' || class)
            end
        ) as text,
    where target = 'mini_swe_agent' and steps.step_index <= framing.last_step
),

conversations as (
    from rendered
    select
        trajectory_id,
        dataset,
        landing_index,
        any_value(ending) as ending,
        any_value(user_closing) as user_closing,
        any_value(agent_closing) as agent_closing,
        any_value(system) as system,
        list({'from': speaker, 'value': text} order by step_index) as turns,
    group by trajectory_id, dataset, landing_index
),

sided as (
    from conversations
    select
        *,
        side_starts(list_transform(turns, lambda turn: turn['from'])) as starts,
),

alternated as (
    from sided
    select * replace (alternating(turns, starts) as turns),
),

closed as (
    from alternated
    select
        *,
        closed_conversation(turns, ending, user_closing, agent_closing) as answers,
)

from closed
select
    trajectory_id as id,
    list_transform(
        answers,
        lambda turn: case
            when turn['from'] = 'human' or contains(turn['value'], '```mswea_bash_command') then turn
            else {
                'from': turn['from'],
                'value': concat_ws(
                    chr(10) || chr(10), nullif(turn['value'], ''), command_block(hand_in_command())
                )
            }
        end
    ) as conversations,
    system,
    dataset,
order by dataset, landing_index
;

from sft.mini_swe_agent;
