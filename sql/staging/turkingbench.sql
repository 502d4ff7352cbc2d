-- staging.turkingbench_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.turkingbench
--
-- A record is a form with blanks (`Template`), what goes into them (`${question}`: the record's other fields, most of
-- them in raw_extra) and what a worker answered (`Answer`: `{"q1": "1", "similar": "on"}`). So a trajectory is the
-- task to open the page, the call that opens it, the page, and then an act for each answer, with the page as it is
-- after the acts before it. There is no page behind the last act: nobody acted on that one.
--
-- Fields are answered in the order of the page. Their tags are looked for once per template, outside of comments,
-- scripts and styles; a page is cut in front of each, so that an answer changes one piece. An answer to something that
-- has no field to be seen (`ee`, a hidden one that a script fills) is in the trajectory's details.
create or replace table staging.turkingbench_steps as
with

templates as (
    from raw.turkingbench
    select distinct
        template,
        form_pieces(template) as pieces,
),

records as (
    from raw.turkingbench
    select
        record,
        source_id,
        occurrence,
        template,
        text_members(answer) as answers,
        map_concat(
            map {'Title': title, 'Description': description, 'Keywords': keywords, 'Task': task},
            text_members(raw_extra)
        ) as blanks,
),

filled as (
    from records
    join templates using (template)
    select
        record,
        source_id,
        occurrence,
        answers,
        list_transform(pieces, lambda piece: filled_blanks(piece, blanks)) as pieces,
),

searched as (
    from filled
    select
        *,
        list_transform(pieces, lambda piece: form_field(piece)) as fields,
        list_transform(fields, lambda field: field_answer(field, answers)) as given,
        list_transform(
            list_filter(fields, lambda field: field.kind = 'checkbox'),
            lambda field: field.name
        ) as boxes,
),

-- several boxes of one name may be ticked; of anything else with one name the first counts
answered as (
    from searched
    select
        *,
        list_filter(
            range(1, len(pieces) + 1),
            lambda place: given[place] is not null
                and (
                    fields[place].kind = 'checkbox'
                    or not list_contains(
                        list_transform(
                            list_filter(range(1, place), lambda before: given[before] is not null),
                            lambda before: fields[before].name
                        ),
                        fields[place].name
                    )
                )
        ) as places,
),

acts as (
    from answered
    select
        *,
        list_transform(
            places,
            lambda place: field_call(
                fields[place],
                given[place],
                len(list_filter(boxes, lambda box: box = fields[place].name)) > 1
            )
        ) as calls,
        list_transform(
            places,
            lambda place: case fields[place].kind when 'radio' then fields[place].name end
        ) as choices,
),

listed as (
    from acts
    select
        record,
        source_id,
        occurrence,
        'https://turkingbench.github.io/tasks/' || url_encode(source_id) as address,
        [
            {
                'class': 'text_observation',
                'kind': 'observation',
                'source': 'user',
                'content': 'Go to ' || address || ' and follow the instructions on the page',
                'function': null::varchar,
                'arguments': null::json,
                'url': null::varchar,
                'html': null::varchar
            },
            {
                'class': 'api_action',
                'kind': 'action',
                'source': 'agent',
                'content': null,
                'function': 'goto',
                'arguments': json_object('url', address),
                'url': null,
                'html': null
            },
            {
                'class': 'web_observation',
                'kind': 'observation',
                'source': 'environment',
                'content': null,
                'function': null,
                'arguments': null,
                'url': address,
                'html': array_to_string(pieces, '')
            }
        ] || flatten(
            list_transform(
                range(1, len(places) + 1),
                lambda act: [
                    {
                        'class': 'api_action',
                        'kind': 'action',
                        'source': 'agent',
                        'content': null,
                        'function': calls[act].function,
                        'arguments': calls[act].arguments,
                        'url': null,
                        'html': null
                    },
                    {
                        'class': 'web_observation',
                        'kind': 'observation',
                        'source': 'environment',
                        'content': null,
                        'function': null,
                        'arguments': null,
                        'url': address,
                        'html': array_to_string(
                            list_transform(
                                pieces,
                                lambda piece, place: answered_piece(
                                    piece,
                                    fields[place],
                                    case when list_contains(places[:act], place) then given[place] end,
                                    list_contains(choices[:act], fields[place].name)
                                )
                            ),
                            ''
                        )
                    }
                ]
            )
        )[:-2] as steps,
),

steps as (
    from listed
    select
        make_trajectory_id('turkingbench', source_id, occurrence) as trajectory_id,
        record,
        unnest(steps) as step,
        generate_subscripts(steps, 1) - 1 as step_index,
)

from steps
select
    trajectory_id,
    'turkingbench' as dataset,
    record as landing_index,
    cast(step_index as integer) as step_index,
    case step.kind when 'action' then cast((step_index - 1) // 2 as integer) end as turn_index,
    step.class,
    step.kind,
    step.source,
    step.content,
    step.function,
    step.arguments,
    case
        when step.kind = 'action' then 'call_' || step_index
        when step.source = 'environment' then 'call_' || (step_index - 1)
    end as tool_call_id,
    step.url,
    step.html,
;

-- staging.turkingbench_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.turkingbench, staging.turkingbench_steps
--
-- Several workers were given the same form: the page as it was before it was answered is the task.
create or replace table staging.turkingbench_trajectories as
with

counted as (
    from staging.turkingbench_steps
    select
        trajectory_id,
        count(*) filter (kind = 'action') as actions,
        any_value(task_hash(html)) filter (step_index = 2) as task_id,
    group by trajectory_id
),

records as (
    from raw.turkingbench
    select
        *,
        make_trajectory_id('turkingbench', source_id, occurrence) as trajectory_id,
)

from records
join counted using (trajectory_id)
select
    trajectory_id,
    'turkingbench' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_id,
    task_id as group_id,
    case
        when answer is not null and not is_plain_object(answer) then 'unreadable_step'
        when actions = 1 then 'incomplete'
    end as exclusion,
    case
        when answer is not null and not is_plain_object(answer) then 'Answer is no object with names of its own'
        when actions = 1 then 'no field of the page is answered'
    end as exclusion_detail,
    json_merge_patch('{}', to_json({
        'task': task,
        'title': title,
        'task_description': description,
        'keywords': keywords,
        'answers': answer,
        'columns': raw_extra
    })) as details,
;
