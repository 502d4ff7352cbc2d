-- staging.androidcontrol_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.androidcontrol, raw.androidcontrol_images
--
-- The goal, then screens and what a person did on each; the last screen shows what came of it. Actions are objects:
-- {"action_type": "click", "x": 540, "y": 390}, {"action_type": "navigate_back"}. What a step is to do, in words, is
-- the thought of its action. An element of the screen's tree is told by the first text that it has.
create or replace table staging.androidcontrol_steps as
with

episodes as (
    from raw.androidcontrol
    select
        make_trajectory_id('androidcontrol', source_id, occurrence) as trajectory_id,
        record as landing_index,
        list_filter(
            list_concat(
                [{'form': case when goal <> '' then 'goal' end, 'number': 0}],
                flatten(
                    list_transform(
                        range(1, greatest(len(screenshots), len(actions)) + 1),
                        lambda number: [
                            {'form': case when screenshots[number] <> '' then 'screen' end, 'number': number},
                            {'form': case when actions[number] is not null then 'act' end, 'number': number}
                        ]
                    )
                )
            ),
            lambda part: part.form is not null
        ) as parts,
        goal,
        screenshots,
        screenshot_widths,
        screenshot_heights,
        actions,
        step_instructions,
        from_json(
            accessibility_trees,
            '[[{
                "text": "VARCHAR", "content_description": "VARCHAR", "hint_text": "VARCHAR", "tooltip": "VARCHAR",
                "class_name": "VARCHAR", "is_checked": "BOOLEAN", "resource_id": "VARCHAR",
                "bbox_pixels": {"x_min": "DOUBLE", "y_min": "DOUBLE", "width": "DOUBLE", "height": "DOUBLE"}
            }]]'
        ) as trees,
),

steps as (
    from episodes
    select
        *,
        unnest(parts) as part,
        generate_subscripts(parts, 1) as position,
),

told_steps as (
    from steps
    select
        *,
        position - 1 as step_index,
        part.form as form,
        part.number as number,
        screenshots[part.number] as screen,
        actions[part.number] as act,
        touch_function(actions[part.number]) as function,
)

from told_steps
left join raw.androidcontrol_images as files on form = 'screen' and files.image_key = path_tail(screen, 2)
select
    trajectory_id,
    'androidcontrol' as dataset,
    landing_index,
    step_index::integer as step_index,
    case
        when form = 'act'
            then (len(list_filter(parts[:position], lambda p: p.form = 'act')) - 1)::integer
    end as turn_index,
    case
        when form = 'goal' then 'text_observation'
        when form = 'screen' then 'image_observation'
        when function is not null then 'api_action'
        else 'message_action'
    end as class,
    case form when 'act' then 'action' else 'observation' end as kind,
    case form when 'goal' then 'user' when 'screen' then 'environment' else 'agent' end as source,
    case when form = 'goal' then goal when form = 'act' and function is null then act::varchar end as content,
    case when form = 'act' then function end as function,
    case
        when form = 'act' and function is not null
            then json_merge_patch(json_merge_patch('{}', act), '{"action_type":null}')
    end as arguments,
    case when form = 'act' then nullif(step_instructions[number], '') end as thought,
    case
        when form = 'act' and function is not null then 'call_' || step_index
        when form = 'screen' and parts[position - 1].form = 'act'
            and touch_function(actions[parts[position - 1].number]) is not null then 'call_' || (step_index - 1)
    end as tool_call_id,
    case when form = 'screen' then image_list(portable_path(screen, 2), files) end as images,
    case
        when form = 'screen' then to_json(
            list_transform(
                trees[number],
                lambda element: {
                    'text': coalesce(
                        nullif(element.text, ''), nullif(element.content_description, ''),
                        nullif(element.hint_text, ''), nullif(element.tooltip, ''),
                        case
                            when ends_with(element.class_name, '.Switch')
                                then case when element.is_checked then 'on' else 'off' end
                        end,
                        nullif(element.resource_id, ''),
                        case when ends_with(element.class_name, '.EditText') then 'edit text' end,
                        ''
                    ),
                    'element_type': element.class_name,
                    'bounding_box': {
                        'x': element.bbox_pixels.x_min,
                        'y': element.bbox_pixels.y_min,
                        'width': element.bbox_pixels.width,
                        'height': element.bbox_pixels.height
                    }
                }
            )
        )
    end as annotations,
    case
        when form = 'screen' and screenshot_widths[number] is not null and screenshot_heights[number] is not null
            then json_object('width', screenshot_widths[number], 'height', screenshot_heights[number])
    end as viewport,
    case
        when form = 'screen' then json_merge_patch(
            '{"adp_source":"user"}',
            case when position = len(parts) then '{"is_outcome":true}' else '{}' end
        )
    end as details,
;

-- staging.androidcontrol_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.androidcontrol
create or replace table staging.androidcontrol_trajectories as
with

episodes as (
    from raw.androidcontrol
    select
        *,
        list_filter(actions, lambda act: act is not null and touch_function(act) is null)[1] as unread,
)

from episodes
select
    make_trajectory_id('androidcontrol', source_id, occurrence) as trajectory_id,
    'androidcontrol' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(goal) as task_id,
    case
        when unread is not null then 'unreadable_step'
        when coalesce(goal, '') = ''
            and len(list_filter(screenshots, lambda screen: screen <> '')) = 0
            and len(list_filter(actions, lambda act: act is not null)) = 0 then 'no_steps'
        when coalesce(goal, '') = '' then 'no_task'
    end as exclusion,
    case
        when unread is not null then unread::varchar
        when coalesce(goal, '') = '' then 'no goal'
    end as exclusion_detail,
    raw_extra as details,
;
