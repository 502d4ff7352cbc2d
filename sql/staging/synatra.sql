-- staging.synatra_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.synatra
--
-- One step of a browsing task made up from a tutorial: a prompt and the response to it, both as Python would have it.
-- The prompt says `website = ...`, `observation = """` with a page as an accessibility tree, `objective = ...`, and
-- under `# past actions` what was done so far. The response is comments and one call, such as `click(element_id="93")`,
-- and behind it a comment that begins with `# step summary`. The objective becomes the user's
-- words, the page an observation with the past actions below it, the comments the thought of the call. An element that
-- a call names by its words has no id: such a call, and any that no rule reads, is kept as text.
--
-- The task goes on behind this step, unless it is `stop`: `result` in the details says `beyond`, and nothing is put
-- behind the call where it is rendered.
create or replace table staging.synatra_steps as
with

cut as (
    from raw.synatra
    select
        make_trajectory_id('synatra', source_id, occurrence) as trajectory_id,
        record as landing_index,
        prompt,
        response,
        synatra_website(prompt) as website,
        synatra_part(prompt, chr(10) || 'observation = """', '"""' || chr(10) || chr(10) || '# objective') as page,
        synatra_objective(prompt) as objective,
        replace(
            synatra_part(prompt, chr(10) || '# past actions' || chr(10), chr(64976)), 'element_id=', 'bid='
        ) as history,
        list_transform(
            regexp_extract_all(response, '(?m)^[ \t]*[a-z_]+\(.*\)[ \t]*$'),
            lambda line: {'line': line, 'call': written_call(line)}
        ) as lines,
        without_outer_blanks(
            regexp_replace(response, '(?m)^[ \t]*[a-z_]+\(.*\)[ \t]*(\n|$)', '', 'g')
        ) as thought,
),

read_records as (
    from cut
    select
        *,
        list_transform(
            case when len(lines) = 0 then [{'line': null, 'call': null}] else lines end,
            lambda entry: {
                'line': entry.line,
                'function': synatra_function(entry.call),
                'arguments': synatra_arguments(entry.call)
            }
        ) as acts,
),

listed as (
    from read_records
    select
        trajectory_id,
        landing_index,
        [
            told_step(
                0,
                'user',
                coalesce(
                    'Generate the next action given the an objective, the current web page, and previous actions. '
                    || chr(10) || chr(10) || 'Objective: ' || objective,
                    prompt,
                    ''
                ),
                null,
                case
                    when objective is null or page is null then to_json({'unreadable': 'no page with an objective'})
                end
            )
        ]
        || case
            when page is not null then [
                page_step(
                    1,
                    website,
                    null,
                    concat_ws(chr(10), page, chr(10) || '# Previous Actions' || chr(10) || history),
                    null,
                    null
                )
            ]
            else []
        end
        || list_transform(
            acts,
            lambda act, place: act_step(
                place + case when page is null then 0 else 1 end,
                0,
                act.function,
                act.arguments,
                case when place = 1 and act.line is not null then thought end,
                coalesce(act.line, response, ''),
                case
                    when act.line is null then to_json({'unreadable': 'no call'})
                    when act.arguments is null then to_json({'unreadable': 'no rule reads ' || act.line[:200]})
                    when place < len(acts) then to_json({'result': 'shared'})
                    when act.function <> 'stop' then to_json({'result': 'beyond'})
                end
            )
        ) as steps,
),

steps as (
    from listed
    select trajectory_id, landing_index, unnest(steps) as step
)

from steps
select
    trajectory_id,
    'synatra' as dataset,
    landing_index,
    unnest(step),
;

-- staging.synatra_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.synatra, staging.synatra_steps
--
-- The source numbers nothing, so the id is the row of the dump, from 0. Steps of one task are trajectories of their
-- own; what they have in common is the task. Nothing is known of models or outcomes.
create or replace table staging.synatra_trajectories as
with

endings as (
    from staging.synatra_steps
    select landing_index, browsing_ending(class, step_index, details) as ending
    group by landing_index
)

from raw.synatra as records
join endings on endings.landing_index = records.record
select
    make_trajectory_id('synatra', source_id, occurrence) as trajectory_id,
    'synatra' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(coalesce(synatra_objective(prompt), prompt)) as task_id,
    reading_exclusion(ending) as exclusion,
    case when ending.unreadable is not null then reading_exclusion_detail(ending) end as exclusion_detail,
    with_extra(
        json_merge_patch('{}', to_json({'website': nullif(synatra_website(prompt), '')})),
        raw_extra
    ) as details,
;
