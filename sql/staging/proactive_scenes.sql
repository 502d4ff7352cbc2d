-- staging.proactive_scenes_tasks
-- grain     one row per scene, or per kind of seed tasks
-- key       scene_id
-- upstream  raw.proactive_scenes
--
-- A scene is where a simulated user lives: what is there, what can be done, what may happen, and what he wants. What
-- scenes are made of, tasks and events of a theme, is a row without a goal. The same scene in two files is one task.
-- Operations come as text, as objects, or as lists of either: each stays what it is.
create or replace table staging.proactive_scenes_tasks as
from raw.proactive_scenes
select
    make_trajectory_id('proactive-scenes', source_id, occurrence) as scene_id,
    'proactive-scenes' as dataset,
    record as landing_index,
    source_file,
    source_row,
    md5(
        cast(
            json_object(
                'environment', environment,
                'user', without_members("user", ['theme']),
                'tasks', tasks,
                'events', sample_events
            ) as varchar
        )
    ) as task_id,
    case
        when json_type(environment) = 'OBJECT' then 'scene'
        when json_type(tasks) = 'ARRAY' then 'seed'
        else 'unreadable'
    end as form,
    coalesce(
        json_text(json_extract(environment, '$.theme')), json_text(json_extract("user", '$.theme')), theme
    ) as theme,
    json_text(json_extract(environment, '$.description')) as description,
    list_transform(json_items(json_extract(environment, '$.entities')), lambda entity: json_text(entity)) as entities,
    json_items(json_extract(environment, '$.agent_ops')) as operations,
    list_transform(
        json_items(coalesce(json_extract(environment, '$.events_example'), sample_events)),
        lambda event: json_text(event)
    ) as events,
    json_text(json_extract("user", '$.goal')) as user_goal,
    json_text(json_extract("user", '$.description')) as user_description,
    list_transform(json_items(tasks), lambda task: json_text(task)) as tasks,
    told_members(
        json_object(
            'environment', told_members(
                without_members(environment, ['theme', 'description', 'entities', 'agent_ops', 'events_example'])
            ),
            'user', told_members(without_members("user", ['theme', 'goal', 'description'])),
            'agent', agent,
            'eventSink', "eventSink",
            'extra', raw_extra
        )
    ) as details,
order by landing_index
;
