-- staging.omniact_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.omniact, raw.omniact_images
--
-- A task, a screenshot, and the script that does it. Task and script come as one text:
-- `Task: Review the cart\nOutput Script:\npyautogui.click(1288.5,116.0)`. Boxes that people drew are the screenshot's
-- annotations; what programs found on it (text, icons, colours) is in the step's details. A text without a script is
-- the user's as it stands.
create or replace table staging.omniact_steps as
with

texts as (
    from raw.omniact
    select
        *,
        scripted_task(task) as parts,
),

records as (
    from texts
    left join raw.omniact_images as files on files.image_key = path_tail(texts.image, 3)
    select
        make_trajectory_id('omniact', source_id, occurrence) as trajectory_id,
        record as landing_index,
        parts,
        parts.said <> '' and parts.script <> '' as is_read,
        case when is_read then parts.said else without_outer_blanks(task) end as said,
        image,
        case when image is not null then image_list(portable_path(image, 3), files) end as images,
        from_json(
            box, '{"top_left": [["DOUBLE"]], "bottom_right": [["DOUBLE"]], "label": ["VARCHAR"]}'
        ) as boxes,
        json_merge_patch('{}', json_object('ocr', ocr, 'icon', icon, 'color', color)) as found,
),

listed as (
    from records
    select
        trajectory_id,
        landing_index,
        list_filter(
            [
                case when said is not null then {'class': 'text_observation', 'content': said} end,
                case when image is not null then {'class': 'image_observation', 'content': null::varchar} end,
                case when is_read then {'class': 'code_action', 'content': parts.script} end
            ],
            lambda step: step is not null
        ) as steps,
        parts.heading as heading,
        images,
        to_json(
            list_transform(
                boxes.label,
                lambda label, place: {
                    'text': label,
                    'element_type': 'button',
                    'bounding_box': {
                        'x': boxes.top_left[place][1],
                        'y': boxes.top_left[place][2],
                        'width': boxes.bottom_right[place][1] - boxes.top_left[place][1],
                        'height': boxes.bottom_right[place][2] - boxes.top_left[place][2]
                    }
                }
            )
        ) as annotations,
        nullif(found, '{}') as found,
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
    'omniact' as dataset,
    landing_index,
    step_index::integer as step_index,
    case when step.class = 'code_action' then 0 end as turn_index,
    step.class as class,
    case step.class when 'code_action' then 'action' else 'observation' end as kind,
    case step.class
        when 'text_observation' then 'user'
        when 'image_observation' then 'environment'
        when 'code_action' then 'agent'
        else error('unknown class ' || step.class)
    end as source,
    step.content as content,
    case when step.class = 'code_action' then 'python' end as language,
    case when step.class = 'code_action' then heading end as thought,
    case when step.class = 'code_action' then 'call_' || step_index end as tool_call_id,
    case when step.class = 'image_observation' then images end as images,
    case when step.class = 'image_observation' then annotations end as annotations,
    case when step.class = 'image_observation' then found end as details,
;

-- staging.omniact_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.omniact
create or replace table staging.omniact_trajectories as
with

records as (
    from raw.omniact
    select
        *,
        case when scripted_task(task).script <> '' then scripted_task(task).said else '' end as said,
)

from records
select
    make_trajectory_id('omniact', source_id, occurrence) as trajectory_id,
    'omniact' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(case when said = '' then task else said end) as task_id,
    case when said = '' or image is null then 'unreadable_step' end as exclusion,
    case
        when said = '' then 'a text that is no task with a script'
        when image is null then 'no screenshot'
    end as exclusion_detail,
    raw_extra as details,
;
