-- staging.wonderbread_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.wonderbread
--
-- People who do WebArena's tasks. `trace` is a list of states, such as `{"type": "state", "data": {"url": ..., "html":
-- ...}}`, and of what was done, such as `{"type": "action", "data": {"type": "mouseup", "element_attributes": {"xpath":
-- ...}}}`. The task comes first, as the user's words. A mouse button that goes up is a click, keystrokes are a text
-- that is typed, a keypress is a key. An act of another kind, or without what it needs, is kept as text. Of the
-- state behind the last act only the address is kept, in the details of the trajectory.
create or replace table staging.wonderbread_steps as
with

recorded as (
    from raw.wonderbread
    select
        make_trajectory_id('wonderbread', source_id, occurrence) as trajectory_id,
        record as landing_index,
        list_filter(
            [
                recorded_part(
                    case when coalesce(intent, webarena ->> '$.intent') is null then '' else 'T' end,
                    coalesce(intent, webarena ->> '$.intent'), null, null, null, null, null
                )
            ],
            lambda part: part.letter <> ''
        ) || flatten(
            list_transform(coalesce(trace, []), lambda item: wonderbread_parts(item))
        ) as parts,
),

steps as (
    from recorded
    select
        trajectory_id,
        landing_index,
        array_to_string(list_transform(parts, lambda part: part.letter), '') as word,
        unnest(
            list_transform(
                list_slice(parts, 1, recorded_length(word)),
                lambda part, place: recorded_step(part, word, place)
            )
        ) as step,
)

from steps
select
    trajectory_id,
    'wonderbread' as dataset,
    landing_index,
    unnest(step),
;

-- staging.wonderbread_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.wonderbread, staging.wonderbread_steps
--
-- Several people did each task. Nothing says whether one of them failed. Beside some recordings lies a guide in words,
-- which is in the details as `sop`.
create or replace table staging.wonderbread_trajectories as
with

endings as (
    from staging.wonderbread_steps
    select landing_index, browsing_ending(class, step_index, details) as ending
    group by landing_index
)

from raw.wonderbread as records
left join endings on endings.landing_index = records.record
select
    make_trajectory_id('wonderbread', source_id, occurrence) as trajectory_id,
    'wonderbread' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    coalesce(
        'webarena/' || (webarena ->> '$.task_id'), task_hash(coalesce(intent, webarena ->> '$.intent'))
    ) as task_id,
    case
        when ending is null then 'no_steps'
        when coalesce(intent, webarena ->> '$.intent') is null then 'no_task'
        else reading_exclusion(ending)
    end as exclusion,
    case
        when ending is not null and coalesce(intent, webarena ->> '$.intent') is null
            then 'the recording does not say what its task is'
        when ending.unreadable is not null then reading_exclusion_detail(ending)
    end as exclusion_detail,
    with_extra(
        json_merge_patch('{}', to_json({
            'webarena': webarena,
            'sop': sop,
            'final_url': case when (trace[-1] ->> '$.type') = 'state' then trace[-1] ->> '$.data.url' end
        })),
        raw_extra
    ) as details,
;
