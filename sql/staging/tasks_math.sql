-- staging.tasks_math_tasks
-- grain     one row per task
-- key       landing_index
-- upstream  raw.tasks_math
--
-- Competition problems from level 3 on, with CRAFT's short answer as the reference and MATH's solution beside it. A
-- problem that CRAFT does not have is kept without an answer. The id is made of the words: the published numbers depend
-- on the machine that counted the problems.
create or replace table staging.tasks_math_tasks as
with

problems as (
    from raw.tasks_math
    select
        *,
        coalesce(nullif(subject, ''), lower(replace(replace(type, ' & ', '_and_'), ' ', '_')), 'math') as task_name,
        coalesce(split, side_of_file(source_file)) as source_split,
        coalesce(question, problem) as words,
        level_number(level) as level_of_task,
)

from problems
select
    'tasks-math' as dataset,
    record as landing_index,
    source_id,
    source_file,
    source_row,
    coalesce(codeact_task_id(task_name, source_split, null, words), task_name || '/' || task_hash(words)) as task_id,
    'reasoning' as task_type,
    task_name,
    source_split,
    words as prompt,
    nullif(answer, '') as reference,
    with_extra(
        without_members(
            to_json({
                'level': level,
                'type': coalesce(raw_type, type),
                'raw_solution': coalesce(raw_solution, solution),
                'raw_file': coalesce(raw_file, file),
                'number': id,
                'extra': extra
            }),
            []
        ),
        raw_extra
    ) as extra,
    case
        when is_blank(words) then 'no_question'
        when source_split <> 'train' then 'test_data'
        when is_blank(answer) then 'no_reference'
        when coalesce(level_of_task, 0) not between 3 and 5 then 'too_low_level'
    end as exclusion,
    drawn(42, words) as draw,
;
