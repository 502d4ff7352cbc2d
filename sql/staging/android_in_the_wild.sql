-- staging.android_in_the_wild_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.android_in_the_wild, raw.android_in_the_wild_images
--
-- The goal, which each line of an episode repeats, then a screen and a gesture for each line. Places are shares of the
-- screen with the one from above first: [0.72, 0.78] is x 0.78 and y 0.72. Annotations are [y, x, height, width] beside
-- their texts and types. Kinds of action come as words ("dual-point gesture", "task_complete") or as their numbers.
create or replace table staging.android_in_the_wild_steps as
with

lines as (
    from raw.android_in_the_wild as lines
    left join raw.android_in_the_wild_images as files
        on files.image_key = gesture_image(lines."image/encoded")
    select
        make_trajectory_id('android_in_the_wild', source_id, occurrence) as trajectory_id,
        min(record) over (partition by source_id, occurrence) as landing_index,
        row_number() over (partition by source_id, occurrence order by record) as number,
        goal_info as goal,
        case
            when "image/encoded" <> '' then image_list(gesture_image("image/encoded"), files)
        end as images,
        gesture_kind("results/action_type") as kind_of_act,
        gesture_arguments(
            kind_of_act, "results/type_action", "results/yx_touch", "results/yx_lift"
        ) as arguments,
        case when arguments is not null then gesture_function(kind_of_act) end as function,
        "results/action_type" as act,
        "results/yx_touch"::varchar as touch,
        "results/yx_lift"::varchar as lift,
        from_json("image/ui_annotations_positions", '[["DOUBLE"]]') as positions,
        "image/ui_annotations_text" as texts,
        "image/ui_annotations_ui_types" as types,
        case
            when "image/width" is not null and "image/height" is not null
                then json_object('width', "image/width", 'height', "image/height")
        end as viewport,
        json_merge_patch('{}', json_object('current_activity', current_activity, 'step_id', step_id)) as told,
),

listed as (
    from lines
    select
        *,
        list_filter(
            [
                case when number = 1 and goal <> '' then 'goal' end,
                case when images is not null then 'screen' end,
                'act'
            ],
            lambda form: form is not null
        ) as forms,
),

numbered as (
    from listed
    select
        *,
        coalesce(
            sum(len(forms)) over (
                partition by trajectory_id order by number rows between unbounded preceding and 1 preceding
            ),
            0
        ) as earlier,
        lag(function) over (partition by trajectory_id order by number) as function_before,
),

steps as (
    from numbered
    select
        *,
        unnest(forms) as form,
        generate_subscripts(forms, 1) as position,
)

from steps
select
    trajectory_id,
    'android_in_the_wild' as dataset,
    landing_index,
    (earlier + position - 1)::integer as step_index,
    case when form = 'act' then (number - 1)::integer end as turn_index,
    case
        when form = 'goal' then 'text_observation'
        when form = 'screen' then 'image_observation'
        when function is not null then 'api_action'
        else 'message_action'
    end as class,
    case form when 'act' then 'action' else 'observation' end as kind,
    case form when 'goal' then 'user' when 'screen' then 'environment' else 'agent' end as source,
    case
        when form = 'goal' then goal
        when form = 'act' and function is null then concat_ws(' ', act, touch, lift)
    end as content,
    case when form = 'act' then function end as function,
    case when form = 'act' then arguments end as arguments,
    case
        when form = 'act' and function is not null then 'call_' || (earlier + position - 1)::integer
        when form = 'screen' and function_before is not null then 'call_' || (earlier + position - 2)::integer
    end as tool_call_id,
    case when form = 'screen' then images end as images,
    case
        when form = 'screen' then to_json(
            list_transform(
                positions,
                lambda place, which: {
                    'text': texts[which],
                    'element_type': types[which],
                    'bounding_box': {'x': place[2], 'y': place[1], 'width': place[4], 'height': place[3]}
                }
            )
        )
    end as annotations,
    case when form = 'screen' then viewport end as viewport,
    case
        when form = 'screen' then nullif(told, '{}')
        when form = 'act' and function = 'end' then '{"is_excerpt":true}'::json
    end as details,
order by landing_index, step_index
;

-- staging.android_in_the_wild_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.android_in_the_wild
--
-- An episode ends with the word of whoever did it: done, or impossible. One that has fewer lines than it says, or whose
-- lines are not in their order, has been cut. Should it go on in a second file of the dump, `source_rows` are those of
-- the first, and the details list the others as `further_source_rows`.
create or replace table staging.android_in_the_wild_trajectories as
with

stretches as (
    from raw.android_in_the_wild
    select
        source_id,
        occurrence,
        source_file,
        list(source_row order by record) as source_rows,
        min(record) as first_record,
    group by all
),

runs as (
    from stretches
    select
        source_id,
        occurrence,
        list({'source_file': source_file, 'source_rows': source_rows} order by first_record) as rows_by_file,
    group by all
),

lines as (
    from raw.android_in_the_wild
    select
        *,
        gesture_kind("results/action_type") as kind_of_act,
        gesture_arguments(kind_of_act, "results/type_action", "results/yx_touch", "results/yx_lift") as arguments,
),

episodes as (
    from lines
    select
        source_id,
        occurrence,
        min(record) as landing_index,
        first(goal_info order by record) as goal,
        max(episode_length) as episode_length,
        list(step_id order by record) as step_ids,
        arg_max(kind_of_act, record) as last_kind,
        min("results/action_type") filter (arguments is null) as unread,
        min(device_type) as device_type,
        min(android_api_level) as android_api_level,
        list(raw_extra order by record) filter (raw_extra is not null) as extras,
    group by source_id, occurrence
)

from episodes
join runs using (source_id, occurrence)
select
    make_trajectory_id('android_in_the_wild', source_id, occurrence) as trajectory_id,
    'android_in_the_wild' as dataset,
    landing_index,
    source_id,
    rows_by_file[1].source_file as source_file,
    rows_by_file[1].source_rows as source_rows,
    task_hash(goal) as task_id,
    case last_kind when 'task_complete' then true when 'task_impossible' then false end as outcome,
    case
        when unread is not null then 'unreadable_step'
        when coalesce(goal, '') = '' then 'no_task'
        when len(step_ids) < episode_length or step_ids <> range(len(step_ids)) then 'incomplete'
    end as exclusion,
    case
        when unread is not null then unread
        when coalesce(goal, '') = '' then 'no goal'
        when len(step_ids) < episode_length then concat(len(step_ids), ' of ', episode_length, ' steps')
        when step_ids <> range(len(step_ids)) then 'steps out of their order'
    end as exclusion_detail,
    json_merge_patch('{}', to_json({
        'device_type': device_type,
        'android_api_level': android_api_level,
        'raw_extra': extras,
        'further_source_rows': case when len(rows_by_file) > 1 then rows_by_file[2:] end
    })) as details,
;
