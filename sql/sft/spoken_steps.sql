-- sft.spoken_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  sft.exchanges, standard.steps
--
-- What a step is in a chat with tool calls, under the names that its source has: what the agent says, what it calls,
-- what it is shown. The sets of the Speculative Tool Actions are made of this; they foresee what a source's own agent
-- does next, whichever tools it has. Which message a step is part of is told in sft.exchanges.
create or replace view sft.spoken_steps as
from standard.steps as steps
join sft.exchanges as places
    on places.trajectory_id = steps.trajectory_id
    and places.step_index = steps.step_index
select
    steps.trajectory_id,
    steps.dataset,
    steps.landing_index,
    steps.step_index,
    places.exchange,
    places.answers,
    trained,
    case
        when class = 'message_action'
            then concat_ws(chr(10) || chr(10), without_trailing_blanks(thought), nullif(content, ''))
        when class = 'code_action' and is_told
            then concat_ws(chr(10) || chr(10), without_trailing_blanks(thought), fenced_code(language, content))
        when steps.kind = 'action' then without_trailing_blanks(thought)
    end as said,
    case
        when class = 'code_action' and not is_told then coalesce(language, 'run_code')
        when class = 'api_action' then function
    end as called,
    case
        when class = 'code_action' and not is_told then
            concat('{"', case language when 'bash' then 'command' else 'code' end, '":', to_json(content), '}')
        when class = 'api_action' then cast(arguments as varchar)
    end as given,
    case class
        when 'text_observation' then content
        when 'web_observation' then page_text(url, null, axtree)
        when 'image_observation' then images_text(images, annotations)
        when 'message_action' then null
        when 'code_action' then null
        when 'api_action' then null
        else error('no message for class ' || class)
    end as shown,
;
