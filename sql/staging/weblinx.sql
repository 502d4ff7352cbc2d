-- staging.weblinx_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.weblinx
--
-- Browsing by two people: an instructor says what is wanted, a navigator does it and answers. `replay.data` is a list
-- of turns, such as `{"type": "chat", "speaker": "instructor", "utterance": ...}` and `{"type": "browser", "state":
-- {"page": "page-2-0.html"}, "action": {"intent": "click", "arguments": {"element": {...}}}}`. The instructor is the
-- user, the navigator the agent; before each act stands the page that it was done on, as HTML. Elements are known by
-- `data-webtasks-id`, a number that every element of the page bears, else by their path. A scroll is recorded by the
-- place on the page where it ends; the call says how far that is from where the page was before. Tabs bear ids; the
-- call counts those that are open. An act with an unknown intent, or without what it needs, is kept as text. What the
-- instructor says at the very end, as thanks, nobody answers: it is in the details of the trajectory.
create or replace table staging.weblinx_steps as
with

placed as (
    from raw.weblinx
    select
        make_trajectory_id('weblinx', source_id, occurrence) as trajectory_id,
        record as landing_index,
        pages,
        list_transform(coalesce(pages, []), lambda page: page.name) as names,
        coalesce(replay.data, []) as turns,
        list_transform(turns, lambda turn: weblinx_place(turn)) as places,
),

recorded as (
    from placed
    select
        trajectory_id,
        landing_index,
        flatten(
            list_transform(
                list_transform(turns, lambda turn, number: weblinx_placed(turn, places, number)),
                lambda turn: weblinx_parts(turn, weblinx_page(pages, names, turn))
            )
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
    'weblinx' as dataset,
    landing_index,
    unnest(step),
;

-- staging.weblinx_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.weblinx, staging.weblinx_steps
--
-- Demonstrations of any split but `train` are there to measure by: they are test data.
create or replace table staging.weblinx_trajectories as
with

endings as (
    from staging.weblinx_steps
    select
        landing_index,
        browsing_ending(class, step_index, details) as ending,
        arg_min(content, step_index) filter (source = 'user') as request,
    group by landing_index
)

from raw.weblinx as records
left join endings on endings.landing_index = records.record
select
    make_trajectory_id('weblinx', source_id, occurrence) as trajectory_id,
    'weblinx' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(request) as task_id,
    coalesce(
        case when ending is null then 'no_steps' end,
        reading_exclusion(ending),
        case when split <> 'train' then 'test_data' end
    ) as exclusion,
    case
        when ending.unreadable is not null then reading_exclusion_detail(ending)
        when split <> 'train' then 'split ' || split
    end as exclusion_detail,
    with_extra(
        json_merge_patch('{}', to_json({
            'split': split,
            'form': form,
            'metadata': metadata,
            'last_words': nullif(
                array_to_string(
                    list_transform(
                        list_slice(
                            replay.data,
                            coalesce(
                                list_max(
                                    list_filter(
                                        range(1, len(replay.data) + 1),
                                        lambda place: coalesce(replay.data[place] ->> '$.speaker', '') <> 'instructor'
                                    )
                                ),
                                0
                            ) + 1,
                            len(replay.data)
                        ),
                        lambda turn: turn ->> '$.utterance'
                    ),
                    chr(10)
                ),
                ''
            )
        })),
        raw_extra
    ) as details,
;
