-- staging.webarena_successful_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.webarena_successful
--
-- Episodes of the WebArena benchmark that ended well. `trajectory` is a list of pages, such as
-- `{"url": ..., "axtree": "Tab 0 (current): ...", "screenshot_path": ...}`, and of actions, such as
-- `{"action": {"action_name": "click", "element_id": "1121", ...}, "metadata": {"cot": "Let's think ..."}}`. The intent
-- comes first, as the user's words. A typed text is a list of key ids, which stand for characters: `[91, 86, 82]` is
-- "lge"; where Enter was pressed behind it, it ends in a line break. The agent ends with `stop`, which is a function
-- here. An item that is neither page nor action, and an action that lacks what it needs, are kept as text.
create or replace table staging.webarena_successful_steps as
with

items as (
    from raw.webarena_successful
    select
        make_trajectory_id('webarena_successful', source_id, occurrence) as trajectory_id,
        record as landing_index,
        intent,
        list_transform(
            coalesce(trajectory, []),
            lambda item: {
                'item': item,
                'is_page': coalesce(item ->> '$.axtree', item ->> '$.html') is not null,
                'is_action': json_type(item, '$.action') = 'OBJECT',
                'function': webarena_function(json_extract(item, '$.action')),
                'arguments': complete_arguments(webarena_arguments(json_extract(item, '$.action')))
            }
        ) as items,
),

listed as (
    from items
    select
        trajectory_id,
        landing_index,
        [told_step(0, 'user', coalesce(intent, ''), null, null)] || list_transform(
            items,
            lambda entry, place: case
                when entry.is_action then act_step(
                    place,
                    len(list_filter(items[:place - 1], lambda earlier: earlier.is_action)),
                    entry.function,
                    entry.arguments,
                    nullif(entry.item ->> '$.metadata.cot', ''),
                    cast(json_extract(entry.item, '$.action') as varchar),
                    json_merge_patch('{}', to_json({
                        'raw_prediction': nullif(entry.item ->> '$.action.raw_prediction', ''),
                        'unreadable': case
                            when entry.arguments is null
                                then 'no rule reads ' || cast(json_extract(entry.item, '$.action') as varchar)[:200]
                        end
                    }))
                )
                when entry.is_page then page_step(
                    place,
                    entry.item ->> '$.url',
                    entry.item ->> '$.html',
                    entry.item ->> '$.axtree',
                    case when items[place - 1].arguments is not null then concat('call_', place - 1) end,
                    json_merge_patch(entry.item, '{"url": null, "axtree": null, "html": null}')
                )
                else told_step(
                    place,
                    'environment',
                    coalesce(cast(entry.item as varchar), ''),
                    case when items[place - 1].arguments is not null then concat('call_', place - 1) end,
                    to_json({'unreadable': 'neither an action nor a page with its tree'})
                )
            end
        ) as steps,
),

steps as (
    from listed
    select trajectory_id, landing_index, unnest(steps) as step
)

from steps
select
    trajectory_id,
    'webarena_successful' as dataset,
    landing_index,
    unnest(step),
;

-- staging.webarena_successful_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.webarena_successful, staging.webarena_successful_steps
--
-- A task was tried by several agents, so that its number comes more than once. `source` names the model, or SteP, which
-- is an agent. All of them solved their task: that is what the dataset is made of.
create or replace table staging.webarena_successful_trajectories as
with

endings as (
    from staging.webarena_successful_steps
    select landing_index, browsing_ending(class, step_index, details) as ending
    group by landing_index
)

from raw.webarena_successful as records
join endings on endings.landing_index = records.record
select
    make_trajectory_id('webarena_successful', source_id, occurrence) as trajectory_id,
    'webarena_successful' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    'webarena/' || source_id as task_id,
    true as outcome,
    reading_exclusion(ending) as exclusion,
    case when ending.unreadable is not null then reading_exclusion_detail(ending) end as exclusion_detail,
    case when source <> 'SteP' then source end as model,
    case when source = 'SteP' then source end as agent,
    raw_extra as details,
;
