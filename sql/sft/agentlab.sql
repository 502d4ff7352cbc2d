-- sft.agentlab
-- grain     one row per model call, of trajectories that suit AgentLab
-- key       id
-- upstream  seeds.agent_tools, seeds.message_parts, sft.framing, sft.system_prompts, sft.tool_docs,
--           standard.actions,
--           standard.observations
--
-- AgentLab's agent begins every turn anew: the user's message holds the goal, the page as it is now, what can be done
-- and what has been done; the agent answers with JSON, a thought and an action. So a trajectory of n turns is n
-- records, `<trajectory_id>-<turn>`. The history is the list of the answers before this one. Last words are sent to the
-- user, the thought beside them; words in between are a message of all that was said. A trajectory that ends in a call
-- gets the closing pair of every target as one record more. An answer that must not be learnt from (trainable is false)
-- is no record, it is only history. A call of `finish` tells the user what it says: there is no such action here.
--
-- A world told in text has no pages: its goal is what the user says first, and what was said since stands in a section
-- of its own, `# Current observation`: the user's further words, such as the task behind a first message of rules, and
-- what came back from the last call.
--
-- The histories make the output grow with the square of the turns. Of three ways to write them (`string_agg` over a
-- frame, slices of a list, prefixes of a joined text) the frame was fastest and took the least memory.
create or replace view sft.agentlab as
with

prompt as (
    from sft.system_prompts
    where target = 'agentlab'
),

kept as (
    from sft.framing
    left join sft.tool_docs as docs using (target, toolset_id)
    select
        trajectory_id,
        ending,
        last_step,
        user_closing,
        agent_closing,
        text_quote,
        docs.text as functions,
    where target = 'agentlab'
),

worlds as (
    from standard.observations
    semi join kept using (trajectory_id)
    select
        trajectory_id,
        bool_or(class = 'web_observation') as has_pages,
        min(step_index) filter (source = 'user') as first_words,
    group by trajectory_id
),

own_tools as (
    from seeds.agent_tools
    select
        string_agg(
            tool_documentation(tool_signature(name, parameters), description, parameters),
            chr(10) || chr(10) order by name
        ) as functions
    where target = 'agentlab'
),

parts as (
    from seeds.message_parts
    select
        any_value(text) filter (part = 'action_space') as action_space,
        any_value(text) filter (part = 'examples') as examples,
        any_value(text) filter (part = 'next_action') as next_action,
    where target = 'agentlab'
),

calls as (
    from standard.actions as actions
    join kept using (trajectory_id)
    select
        trajectory_id,
        dataset,
        landing_index,
        turn_index,
        step_index,
        trainable,
        class = 'message_action' and not (ending = 'message' and step_index = last_step) as is_aside,
        case when not is_aside then thought end as told_thought,
        case
            when is_aside then
                'send_msg_to_user(text=' || python_string(concat_ws(chr(10) || chr(10), thought, content)) || ')'
            when class = 'message_action' then 'send_msg_to_user(text=' || python_string(content) || ')'
            when function = 'finish' then 'send_msg_to_user(text=' || python_string(finish_words(arguments)) || ')'
            when class = 'api_action' then call_in_quotes(function, arguments, text_quote)
            else error('no AgentLab action for class ' || class)
        end as call,
),

turns as (
    from calls
    select
        trajectory_id,
        dataset,
        landing_index,
        turn_index,
        min(step_index) as step_index,
        bool_and(trainable) as is_trained,
        concat(
            '{"thought": ',
            to_json(coalesce(string_agg(told_thought, chr(10) || chr(10) order by step_index), '')),
            ', "action": ', to_json(string_agg(call, chr(10) order by step_index)), '}'
        ) as answer,
    group by trajectory_id, dataset, landing_index, turn_index
),

shown as (
    from standard.observations
    join worlds using (trajectory_id)
    select
        trajectory_id,
        step_index,
        case when source = 'user' and (has_pages or step_index = first_words) then content end as goal,
        case when source = 'user' and not has_pages and step_index <> first_words then content end as words,
        case when source <> 'user' then step_index end as page_step,
),

closing_words as (
    from kept
    select
        trajectory_id,
        last_step + 1 as step_index,
        user_closing as words,
    where ending = 'call'
),

closing_turns as (
    from kept
    join turns using (trajectory_id)
    select
        trajectory_id,
        any_value(dataset) as dataset,
        any_value(landing_index) as landing_index,
        max(turn_index) + 1 as turn_index,
        any_value(last_step) + 2 as step_index,
        true as is_trained,
        concat(
            '{"thought": "", "action": ',
            to_json('send_msg_to_user(text=' || python_string(any_value(agent_closing)) || ')'), '}'
        ) as answer,
    where ending = 'call'
    group by trajectory_id
),

events as (
    from turns
    union all by name
    from shown
    union all by name
    from closing_words
    union all by name
    from closing_turns
),

told as (
    from events
    select
        trajectory_id,
        dataset,
        landing_index,
        turn_index,
        answer,
        is_trained,
        count(case when is_trained then 1 end) over before as number,
        max(page_step) over before as page_step,
        string_agg(goal, chr(10) || chr(10) order by step_index) over before as goal,
        string_agg(words, chr(10) || chr(10) order by step_index) over before as words,
        max(case when words is not null then step_index end) over before as words_step,
        string_agg(answer, chr(10) order by step_index) over before as history
    window before as (
        partition by trajectory_id
        order by step_index
        rows between unbounded preceding and 1 preceding
    )
),

pages as (
    from standard.observations
    select
        trajectory_id,
        step_index as page_step,
        coalesce(axtree, content) as page,
    where source <> 'user'
)

from told
join kept using (trajectory_id)
join worlds using (trajectory_id)
left join pages using (trajectory_id, page_step)
cross join own_tools
cross join parts
cross join prompt
select
    trajectory_id || '-' || number as id,
    [
        {
            'role': 'user',
            'content': concat(
                '# Goal', chr(10), goal, chr(10), chr(10),
                case
                    when has_pages
                        then concat('# Current page Accessibility Tree', chr(10), page, chr(10), chr(10))
                end,
                '# Action Space', chr(10),
                concat_ws(
                    chr(10) || chr(10), action_space, kept.functions, own_tools.functions, examples
                ), chr(10), chr(10),
                '# Current observation' || chr(10)
                || nullif(
                    concat_ws(
                        chr(10) || chr(10),
                        words,
                        case when not has_pages and page_step > coalesce(words_step, -1) then page end
                    ),
                    ''
                )
                || chr(10) || chr(10),
                '# History of past actions', chr(10), history, chr(10), chr(10),
                '# Next action', chr(10), chr(10), next_action
            )
        },
        {'role': 'assistant', 'content': answer}
    ] as conversations,
    prompt.text as system,
    dataset,
    trajectory_id,
where is_trained
order by dataset, landing_index, turn_index
;

from sft.agentlab;
