-- sft.openhands
-- grain     one row per trajectory that OpenHands can be trained on
-- key       id
-- upstream  seeds.agent_tools, sft.framing, sft.shared_thoughts, sft.system_prompts, sft.tool_docs,
--           standard.actions, standard.datasets, standard.steps
--
-- Conversations in OpenHands' own form: calls in tags, what the environment answers behind `EXECUTION RESULT of
-- [tool]:`, the last words as a call of `finish`. Functions that only the dataset has are called as Python code in the
-- tool that standard.datasets names, and documented in the first message. Code in languages that OpenHands has no tool
-- for is called as `language("code")` in a Python cell, and the first message says so. Images are named by the source's
-- path; `images` lists them in the order of the text, by where their bytes are below the folder of landed data. What
-- must not be learnt from (trainable is false), such as a solved example, stands on the human's side, as context.
create or replace view sft.openhands as
with

foreign_code as (
    from standard.steps
    select
        trajectory_id,
        python_name(language) as name,
        any_value(language) as language,
        min(step_index) as step_index,
    where class = 'code_action' and language not in ('bash', 'python', 'web')
    group by trajectory_id, python_name(language)
),

notices as (
    from foreign_code
    select
        trajectory_id,
        string_agg(
            concat(
                'A cell of execute_ipython_cell can also run ', language, ': call ', name,
                '(code), where code is the ', language, ' source as a Python string.'
            ),
            chr(10) || chr(10) order by step_index
        ) as text,
    group by trajectory_id
),

own_tools as (
    from seeds.agent_tools
    select
        list(name order by name) filter (called_in is null) as names,
        list(name order by name) filter (called_in = 'browser') as in_browser,
    where target = 'openhands'
),

-- Joined to each call and to its results. Nothing is joined to it first: DuckDB would take it for more rows than the
-- steps have, and keep the steps with all their text in the hash table instead.
calls as (
    from standard.actions
    select
        trajectory_id,
        tool_call_id,
        class as call_class,
        language as call_language,
        function as call_function,
        case when contains(cast(arguments as varchar), '"bid"') then arguments ->> '$.bid' end as bid,
    where class in ('code_action', 'api_action')
),

rendered as (
    from standard.steps as steps
    join standard.datasets as datasets using (dataset)
    join sft.framing as framing using (trajectory_id)
    left join sft.tool_docs as docs using (target, toolset_id)
    join own_tools on true -- DuckDB 1.5 stores a cross join as a comma, and what is joined behind it reads differently
    left join notices using (trajectory_id)
    left join calls using (trajectory_id, tool_call_id)
    left join sft.shared_thoughts as shared
        on shared.trajectory_id = steps.trajectory_id
        and shared.turn_index = steps.turn_index
        and shared.step_index < steps.step_index
    select
        trajectory_id,
        steps.dataset,
        steps.landing_index,
        steps.step_index,
        framing.ending,
        framing.user_closing,
        framing.agent_closing,
        -- what the call is rendered as, and its result labelled with
        case
            when call_language = 'bash' then 'execute_bash'
            when call_language = 'web' then 'browser'
            when call_class = 'code_action' then 'execute_ipython_cell'
            when list_contains(own_tools.names, call_function) then call_function
            when is_web and list_contains(own_tools.in_browser, call_function) then 'browser'
            when call_class = 'api_action' then coalesce(datasets.code_tool, 'execute_ipython_cell')
        end as tool,
        case when kind = 'action' and steps.trainable then 'gpt' else 'human' end as speaker,
        class,
        images,
        concat_ws(
            chr(10) || chr(10),
            case when steps.step_index = 0 then notices.text end,
            case
                when steps.step_index = 0 then
                    replace(introduction, '{tool}', coalesce(datasets.code_tool, 'execute_ipython_cell'))
                    || chr(10) || chr(10) || docs.text
            end,
            case when kind = 'action' then without_trailing_blanks(coalesce(steps.thought, shared.thought)) end,
            case class
                when 'text_observation' then
                    case
                        when steps.source = 'environment' and tool is not null
                            then concat('EXECUTION RESULT of [', tool, ']:', chr(10), content)
                        else content
                    end
                when 'web_observation' then page_text(url, bid, axtree)
                when 'image_observation' then images_text(images, annotations)
                when 'message_action' then
                    case
                        when ending = 'message' and steps.step_index = last_step then
                            tool_call_block(
                                'finish',
                                parameter_block('message', content) || parameter_block('task_completed', 'true')
                            )
                        else content
                    end
                when 'code_action' then
                    tool_call_block(
                        tool,
                        case
                            when language = 'bash' then parameter_block('command', content)
                            when language in ('python', 'web') then parameter_block('code', content)
                            else parameter_block(
                                'code', concat(python_name(language), '(', python_string(content), ')')
                            )
                        end
                    )
                when 'api_action' then
                    tool_call_block(
                        tool,
                        case
                            when function = 'finish' then
                                parameter_block('message', finish_words(arguments))
                                || parameter_block('task_completed', coalesce(arguments ->> '$.task_completed', 'true'))
                            when function = tool then parameter_blocks(arguments)
                            else parameter_block(
                                case tool when 'execute_bash' then 'command' else 'code' end,
                                call_in_quotes(function, arguments, text_quote)
                            )
                        end
                    )
                else error('no rendering for class ' || class)
            end
        ) as text,
    where framing.target = 'openhands' and steps.step_index <= framing.last_step
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
        flatten(list(images order by step_index) filter (class = 'image_observation')) as images,
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
left join sft.system_prompts as prompts on prompts.target = 'openhands'
select
    trajectory_id as id,
    closed_conversation(
        turns,
        ending,
        user_closing,
        tool_call_block(
            'finish', parameter_block('message', agent_closing) || parameter_block('task_completed', 'true')
        )
    ) as conversations,
    prompts.text as system,
    dataset,
    coalesce(list_transform(images, lambda image: image_place(image)), []) as images,
order by dataset, landing_index
;

from sft.openhands;
