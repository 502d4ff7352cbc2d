-- staging.tasks_apps_tasks
-- grain     one row per task
-- key       landing_index
-- upstream  raw.tasks_apps
--
-- Programs to be written. The prompt is the question, the code to start from, and a sentence on how the program is
-- called: as a function, where the tests name one, else by what it reads and prints. The tests are the reference.
create or replace table staging.tasks_apps_tasks as
with

problems as (
    from raw.tasks_apps
    select
        *,
        side_of_file(source_file) as source_split,
        program_tests(input_output) as tests,
        try_cast(input_output as json) ->> '$.fn_name' as function,
)

from problems
select
    'tasks-apps' as dataset,
    record as landing_index,
    source_id,
    source_file,
    source_row,
    codeact_task_id('APPS', source_split, source_id, null) as task_id,
    'code_generation' as task_type,
    'APPS' as task_name,
    source_split,
    source_id as task_number,
    concat(
        question,
        chr(10),
        starter_code,
        chr(10),
        case
            when coalesce(function, '') <> '' then 'Complete the code above: write the body of ' || function || '.'
            else 'Write a program that reads its input from stdin and prints the result to stdout.'
        end
    ) as prompt,
    nullif(input_output, '') as reference,
    with_extra(
        without_members(
            to_json({
                'difficulty': difficulty,
                'url': url,
                'starter_code': nullif(starter_code, ''),
                'function': function,
                'solutions': coalesce(try_cast(solutions as json), to_json(solutions))
            }),
            []
        ),
        raw_extra
    ) as extra,
    case
        when is_blank(question) then 'no_question'
        when source_split = 'test' then 'test_data'
        when is_blank(input_output) then 'no_reference'
        when coalesce(difficulty, '') not in ('introductory', 'interview', 'competition') then 'too_low_level'
        when tests is null then 'no_tests'
    end as exclusion,
    drawn(42, source_id) as draw,
;
