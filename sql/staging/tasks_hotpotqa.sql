-- staging.tasks_hotpotqa_tasks
-- grain     one row per task
-- key       landing_index
-- upstream  raw.tasks_hotpotqa
--
-- Questions over several pages, of which the hard ones are taken. A task's number is its place in the published file,
-- from 0: so the runs name it; files that are parts of one go on counting. The draw goes by the source's own id. The
-- pages are kept beside the task, not shown.
create or replace table staging.tasks_hotpotqa_tasks as
with

questions as (
    from raw.tasks_hotpotqa
    select *, side_of_file(source_file) as source_split,
),

files as (
    from questions
    select source_file, source_split, min(record) as first_record, max(source_row) as last_row,
    group by source_file, source_split
),

places as (
    from files
    select
        source_file,
        coalesce(
            sum(last_row) over (
                partition by source_split
                order by first_record
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as rows_before,
),

numbered as (
    from questions
    join places using (source_file)
    select questions.*, cast(cast(rows_before + source_row - 1 as bigint) as varchar) as number,
)

from numbered
select
    'tasks-hotpotqa' as dataset,
    record as landing_index,
    source_id,
    source_file,
    source_row,
    codeact_task_id('hotpotqa', source_split, number, null) as task_id,
    'reasoning' as task_type,
    'hotpotqa' as task_name,
    source_split,
    number as task_number,
    question as prompt,
    answer as reference,
    with_extra(
        without_members(
            to_json({'level': level, 'type': type, 'supporting_facts': supporting_facts, 'context': context}), []
        ),
        raw_extra
    ) as extra,
    case
        when is_blank(question) then 'no_question'
        when source_split = 'test' then 'test_data'
        when is_blank(answer) then 'no_reference'
        when level is distinct from 'hard' then 'too_low_level'
    end as exclusion,
    drawn(42, source_id) as draw,
;
