-- staging.tasks_wikitablequestions_tasks
-- grain     one row per task
-- key       landing_index
-- upstream  raw.tasks_wikitablequestions
--
-- Questions about tables. The prompt shows the first five rows, and says where the agent finds the whole: as a table of
-- an SQLite database or as a data frame. Both prompts are here; which of them a task gets is drawn when tasks are
-- chosen. The largest tables come first (`weight`). A table that no question names is a row without a question.
create or replace table staging.tasks_wikitablequestions_tasks as
with

questions as (
    from raw.tasks_wikitablequestions
    select
        *,
        side_of_file(source_file) as source_split,
        concat_ws(
            chr(10),
            'This is how the table begins:',
            table_head("table".columns, "table".rows),
            '',
            'Question: ' || utterance,
            ''
        ) as asked,
        len("table".rows) as row_count,
        len("table".columns) as column_count,
)

from questions
select
    'tasks-wikitablequestions' as dataset,
    record as landing_index,
    source_id,
    source_file,
    source_row,
    codeact_task_id('wiki_table_questions', source_split, source_id, null) as task_id,
    'tabular' as task_type,
    'wiki_table_questions' as task_name,
    source_split,
    source_id as task_number,
    case when not is_blank(utterance) then asked end as prompt,
    nullif(targetvalue, '') as reference,
    with_extra(
        without_members(
            to_json({
                'question': utterance,
                'context': context,
                'table_id': table_id,
                'row_count': row_count,
                'column_count': column_count,
                'table': "table"
            }),
            []
        ),
        raw_extra
    ) as extra,
    case
        when is_blank(utterance) then 'no_question'
        when source_split = 'test' then 'test_data'
        when "table" is null then 'no_table'
        when is_blank(targetvalue) then 'no_reference'
    end as exclusion,
    drawn(42, source_id) as draw,
    coalesce(row_count, 0) * 1000000.0 + coalesce(column_count, 0) as weight,
    [
        {
            'name': 'sql',
            'prompt': concat(
                asked, 'Answer it with a query in SQL. The table is `data_table` in an SQLite database that is open: ',
                'use the connection `conn` in <execute>.'
            )
        },
        {
            'name': 'pandas',
            'prompt': concat(
                asked, 'Answer it with pandas. The whole table is there: use the data frame `df` in <execute>.'
            )
        }
    ] as variants,
;
