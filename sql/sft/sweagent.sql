-- sft.sweagent
-- grain     one row per trajectory that SWE-agent can be trained on
-- key       id
-- upstream  seeds.agent_tools, sft.framing, sft.shared_thoughts, sft.system_prompts, sft.tool_docs,
--           standard.actions, standard.steps
--
-- Conversations in SWE-agent's form: thoughts in <think> tags, calls of bash, str_replace_editor and submit. What comes
-- back from a call stands behind `OBSERVATION:`, whoever says it: this agent's loop has no other answer to a call.
-- Python code goes to bash as `python -c`, a dataset's own functions as the Python calls that the first message
-- documents. `submit` is this agent's finish: a trajectory that ends in it needs no closing pair. What must not be
-- learnt from (trainable is false), such as a solved example, stands on the human's side, as context.
create or replace view sft.sweagent as
with

-- the step behind each turn that holds a call
answers as (
    from standard.actions
    select
        trajectory_id,
        max(step_index) + 1 as step_index,
    group by trajectory_id, turn_index
    having count(*) filter (class <> 'message_action') > 0
),

rendered as (
    from standard.steps as steps
    join sft.framing as framing using (trajectory_id)
    left join answers
        on answers.trajectory_id = steps.trajectory_id
        and answers.step_index = steps.step_index
    left join sft.tool_docs as docs using (target, toolset_id)
    left join seeds.agent_tools as own
        on own.target = 'sweagent' and own.name = steps.function
    left join sft.shared_thoughts as shared
        on shared.trajectory_id = steps.trajectory_id
        and shared.turn_index = steps.turn_index
        and shared.step_index < steps.step_index
    select
        steps.trajectory_id,
        steps.dataset,
        steps.landing_index,
        steps.step_index,
        case when framing.last_function = 'submit' then 'submit' else framing.ending end as ending,
        framing.user_closing,
        framing.agent_closing,
        case when kind = 'action' and steps.trainable then 'gpt' else 'human' end as speaker,
        concat_ws(
            chr(10) || chr(10),
            case
                when steps.step_index = 0
                    then replace(introduction, '{tool}', 'bash') || chr(10) || chr(10) || docs.text
            end,
            case
                when kind = 'action' then
                    '<think>' || chr(10)
                    || without_trailing_blanks(coalesce(steps.thought, shared.thought))
                    || chr(10) || '</think>'
            end,
            case class
                when 'text_observation' then
                    case
                        when tool_call_id is not null or answers.step_index is not null
                            then concat('OBSERVATION:', chr(10), content)
                        else content
                    end
                when 'message_action' then
                    case
                        when framing.ending = 'message' and steps.step_index = last_step
                            then concat_ws(chr(10) || chr(10), content, tool_call_block('submit', ''))
                        else content
                    end
                when 'code_action' then
                    case language
                        when 'bash' then tool_call_block('bash', parameter_block('command', content))
                        when 'python' then
                            tool_call_block('bash', parameter_block('command', 'python -c ' || bash_word(content)))
                        else error('no way to run ' || language)
                    end
                when 'api_action' then
                    case
                        when function = 'finish' then
                            concat_ws(
                                chr(10) || chr(10),
                                finish_words(arguments),
                                tool_call_block('submit', '')
                            )
                        when own.name is not null then tool_call_block(function, parameter_blocks(arguments))
                        else tool_call_block(
                            'bash', parameter_block('command', call_in_quotes(function, arguments, text_quote))
                        )
                    end
                else error('no rendering for class ' || class)
            end
        ) as text,
    where framing.target = 'sweagent' and steps.step_index <= framing.last_step
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
)

from alternated
left join sft.system_prompts as prompts on prompts.target = 'sweagent'
select
    trajectory_id as id,
    closed_conversation(
        turns, ending, user_closing, agent_closing || chr(10) || chr(10) || tool_call_block('submit', '')
    ) as conversations,
    prompts.text as system,
    dataset,
order by dataset, landing_index
;

from sft.sweagent;
