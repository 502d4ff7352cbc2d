-- staging.screenagent_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.screenagent, raw.screenagent_images
--
-- A session is planned, acted and judged by calls of one model that do not see each other: each has a prompt of its
-- own, which tells the plan and the subtask, and a screen. So a call is a trajectory: what was asked, the screen, the
-- answer as people corrected it, in English:
-- ```json [{"action_type": "MouseAction", "mouse_action_type": "click", ...}] ```
-- The answer is an excerpt of an episode, not its end. It is asked with the prompt as it was sent; where a dump has no
-- screens (`"screenshot": "<image>"` and no file), the prompt would speak of what is not there, and only the task is
-- told. An answer that was made up for a screen is the actions, in a fence.
create or replace table staging.screenagent_steps as
with

calls as (
    from raw.screenagent as calls
    left join raw.screenagent_images as files
        on files.image_key = path_tail(concat(calls.session_id, '/images/', calls.saved_image_name), 3)
    select
        make_trajectory_id('screenagent', source_id, occurrence) as trajectory_id,
        record as landing_index,
        case
            when files.sha256 is not null then concat(session_id, '/images/', saved_image_name)
            when screenshot <> '<image>' and screenshot <> '' then portable_path(screenshot, 3)
        end as image,
        case when image is not null then image_list(image, files) end as images,
        case
            when image is not null then coalesce(send_prompt_en, send_prompt, task_prompt_en, task_prompt)
            else coalesce(task_prompt_en, task_prompt)
        end as said,
        coalesce(
            llm_response_editer_en, llm_response_editer,
            concat('```json', chr(10), nullif(actions ->> '$', ''), chr(10), '```')
        ) as answer,
        actions is null and coalesce(llm_response_editer_en, llm_response_editer) is null as is_unanswered,
        case
            when video_width is not null and video_height is not null
                then json_object('width', video_width, 'height', video_height)
        end as viewport,
        json_merge_patch(
            '{}',
            json_object(
                'current_task', current_task, 'rejected_response', llm_response, 'actions', actions,
                'saved_image_name', saved_image_name, 'status', status
            )
        ) as told,
),

listed as (
    from calls
    select
        *,
        list_filter(
            [
                case when said <> '' then {'class': 'text_observation', 'content': said} end,
                case when image is not null then {'class': 'image_observation', 'content': null::varchar} end,
                case
                    when answer <> '' and not is_unanswered then {'class': 'message_action', 'content': answer}
                end
            ],
            lambda step: step is not null
        ) as steps,
),

steps as (
    from listed
    select
        *,
        unnest(steps) as step,
        generate_subscripts(steps, 1) - 1 as step_index,
)

from steps
select
    trajectory_id,
    'screenagent' as dataset,
    landing_index,
    step_index::integer as step_index,
    case when step.class = 'message_action' then 0 end as turn_index,
    step.class as class,
    case step.class when 'message_action' then 'action' else 'observation' end as kind,
    case step.class
        when 'text_observation' then 'user'
        when 'image_observation' then 'environment'
        when 'message_action' then 'agent'
        else error('unknown class ' || step.class)
    end as source,
    step.content as content,
    case when step.class = 'image_observation' then images end as images,
    case when step.class = 'image_observation' then viewport end as viewport,
    case when step.class = 'message_action' then json_merge_patch(told, '{"is_excerpt":true}') end as details,
;

-- staging.screenagent_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.screenagent
--
-- Calls of one session are told by `session_id` and `step` in the details, and share their task.
create or replace table staging.screenagent_trajectories as
from raw.screenagent
select
    make_trajectory_id('screenagent', source_id, occurrence) as trajectory_id,
    'screenagent' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(coalesce(task_prompt_en, task_prompt)) as task_id,
    case
        when coalesce(task_prompt_en, task_prompt, '') = ''
            and coalesce(llm_response_editer_en, llm_response_editer, actions ->> '$', '') = '' then 'no_steps'
    end as exclusion,
    coalesce(send_prompt_en, send_prompt) as system_prompt,
    json_merge_patch(
        coalesce(raw_extra, '{}'),
        json_merge_patch(
            '{}',
            json_object(
                'session_id', session_id, 'step', step, 'task_prompt', task_prompt,
                'task_prompt_zh', task_prompt_zh, 'response_zh', llm_response_editer_zh
            )
        )
    ) as details,
;
