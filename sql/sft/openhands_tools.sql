-- sft.openhands_tools
-- grain     one row per trajectory that an agent with tools can be trained on
-- key       id
-- upstream  sft.chat_tools, sft.chat_toolsets, sft.exchanges, sft.framing, sft.system_prompts, sft.tool_names,
--           standard.actions, standard.steps
--
-- Chat messages with tools, as OpenAI's interface has them and OpenHands speaks them today. A call is an entry of
-- `tool_calls` with its arguments as JSON text, its result a message of the role `tool` that names the call. Parallel
-- calls stand in one message of the agent, each result behind it; a call that has no result gets an empty one, so that
-- none is left open. Tools have the names that agents share (seeds.neutral_tools); a dataset's other functions keep
-- theirs. Code that nobody ran is fenced text. What must not be learnt from has the `weight` 0. Images are named by the
-- source's path; `images` lists them in the order of the text, as in sft.openhands.
--
-- A trajectory ends as its source does: in words, or in a call of `finish`, whose result is empty. One that ends in
-- another call is closed with the agent's words behind the results.
create or replace view sft.openhands_tools as
with

kept as (
    from sft.framing as framing
    join sft.chat_tools as shown using (trajectory_id)
    select
        trajectory_id,
        framing.ending,
        framing.last_step,
        framing.agent_closing,
        shown.chat_toolset_id,
    where framing.target = 'openhands_tools'
),

-- joined to the results: a page shows which element was used last
used_elements as (
    from standard.actions
    select trajectory_id, tool_call_id, arguments ->> '$.bid' as bid,
    where class = 'api_action' and contains(cast(arguments as varchar), '"bid"')
),

told as (
    from standard.steps as steps
    join sft.exchanges as places
        on places.trajectory_id = steps.trajectory_id
        and places.step_index = steps.step_index
    join kept on kept.trajectory_id = steps.trajectory_id
    left join sft.tool_names as names
        on names.dataset = steps.dataset
        and names.kind = case class when 'code_action' then 'language' when 'api_action' then 'function' end
        and names.name = coalesce(function, language)
    left join used_elements as used
        on used.trajectory_id = steps.trajectory_id
        and used.tool_call_id = steps.tool_call_id
    select
        steps.trajectory_id,
        steps.dataset,
        steps.landing_index,
        steps.step_index,
        places.exchange,
        places.answers,
        reasoning,
        places.trained,
        case when class = 'image_observation' then images end as images,
        case class
            when 'message_action' then
                concat_ws(chr(10) || chr(10), without_trailing_blanks(thought), nullif(content, ''))
            when 'code_action' then
                case
                    when is_told then
                        concat_ws(
                            chr(10) || chr(10), without_trailing_blanks(thought), fenced_code(language, content)
                        )
                    else without_trailing_blanks(thought)
                end
            when 'api_action' then without_trailing_blanks(thought)
        end as said,
        case
            when class = 'code_action' and not is_told then coalesce(names.tool, 'run_code')
            when class = 'api_action' then coalesce(names.tool, function)
        end as called,
        case
            when called is null then null
            when class = 'code_action' and names.tool is null then
                cast(to_json({'language': language, 'code': content}) as varchar)
            when class = 'code_action' then concat('{"', names.parameter, '":', to_json(content), '}')
            when function = 'finish' then
                cast(to_json({'message': finish_words(arguments)}) as varchar)
            else renamed_arguments(arguments, names.renames)
        end as given,
        case when called is not null then steps.tool_call_id end as call_id,
        case class
            when 'text_observation' then content
            when 'web_observation' then page_text(url, bid, axtree)
            when 'image_observation' then images_text(images, annotations)
            when 'message_action' then null
            when 'code_action' then null
            when 'api_action' then null
            else error('no message for class ' || class)
        end as shown,
    where steps.step_index <= kept.last_step
),

exchanges as (
    from told
    select
        trajectory_id,
        dataset,
        landing_index,
        exchange,
        nullif(string_agg(nullif(said, ''), chr(10) || chr(10) order by step_index), '') as said,
        string_agg(reasoning, chr(10) || chr(10) order by step_index) as reasoning,
        bool_and(trained) as trained,
        list({'step': step_index, 'id': call_id, 'name': called, 'arguments': given} order by step_index)
            filter (called is not null) as calls,
        list({'step': answers, 'text': shown} order by step_index) filter (answers is not null) as results,
        string_agg(shown, chr(10) || chr(10) order by step_index) filter (answers is null) as news,
        -- in the order of the text: results first
        flatten(list(images order by answers nulls last, step_index) filter (images is not null)) as images,
    group by trajectory_id, dataset, landing_index, exchange
),

conversations as (
    from exchanges
    select
        trajectory_id,
        dataset,
        landing_index,
        arg_max(calls is not null, exchange) as ends_in_call,
        flatten(
            list(
                list_concat(
                    case when exchange >= 0 then [assistant_message(said, reasoning, calls, trained)] else [] end,
                    tool_messages(calls, results),
                    case when news is not null then [to_json({'role': 'user', 'content': news})] else [] end
                ) order by exchange
            )
        ) as messages,
        flatten(list(images order by exchange) filter (images is not null)) as images,
    group by trajectory_id, dataset, landing_index
)

from conversations
join kept using (trajectory_id)
join sft.chat_toolsets as toolsets using (chat_toolset_id)
left join sft.system_prompts as prompts on prompts.target = 'openhands_tools'
select
    trajectory_id as id,
    list_concat(
        case when prompts.text is not null then [to_json({'role': 'system', 'content': prompts.text})] else [] end,
        messages,
        case
            when ending = 'call' and ends_in_call then [to_json({'role': 'assistant', 'content': agent_closing})]
            else []
        end
    ) as messages,
    toolsets.tools,
    dataset,
    coalesce(list_transform(images, lambda image: image_place(image)), []) as images,
order by dataset, landing_index
;

from sft.openhands_tools;
