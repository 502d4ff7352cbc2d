-- standard.codeact_counts
-- grain     one row per figure that is published of CodeAct's data
-- key       subject, figure
-- upstream  seeds.chat_shapes, seeds.codeact_tasks, seeds.model_prices, standard.codeact_runs, standard.hard_tasks,
--           standard.stacked_trajectories, standard.tasks
--
-- Figures as published beside those of what is landed. `is_whole`: as much is landed as the published figures are of,
-- so that the two have to be equal; of less they say nothing. Runs are counted as published: without the tasks that
-- nobody is trained on, by the rule for which an empty turn is clean.
create or replace view standard.codeact_counts as
with

tasks as (
    from standard.tasks
    select
        task_name,
        count(*) filter (
            source_split = 'train' and exclusion is distinct from 'no_question'
            -- problems of MATH that CRAFT does not have
            and not (source = 'tasks-math' and exclusion is not distinct from 'no_reference')
        ) as records,
        count(*) filter (exclusion is null) as chosen,
    group by task_name
),

task_figures as (
    from seeds.codeact_tasks as published
    left join tasks using (task_name)
    select
        task_name as subject,
        'tasks' as figure,
        cast(tasks_published as double) as published,
        cast(coalesce(chosen, 0) as double) as here,
        coalesce(records = records_published, false) as is_whole,
    where dataset is not null
),

first_round as (
    from standard.codeact_runs
    where not is_second_round and not is_duplicate and source_split = 'train'
),

second_round as (
    from standard.codeact_runs
    where is_second_round and not is_duplicate and source_split = 'train'
),

whole_runs as (
    from first_round
    select
        count(*) = 65604 and count(distinct model) = 3 and bool_and(is_complete) as is_whole,
),

whole_second as (
    from second_round
    select count(*) = 3574 as is_whole
),

run_figures as (
    from first_round
    select
        unnest(
            [
                {'figure': 'runs', 'published': 65604, 'here': count(*)},
                {'figure': 'easy', 'published': 18447, 'here': count(*) filter (tier = 'easy')},
                {
                    'figure': 'easy, trained on',
                    'published': 8155,
                    'here': count(*) filter (tier = 'easy' and is_of_trained_set and is_fit_as_published)
                },
                {'figure': 'medium', 'published': 8580, 'here': count(*) filter (tier = 'medium')},
                {
                    'figure': 'medium, of a set that is trained on',
                    'published': 6985,
                    'here': count(*) filter (tier = 'medium' and is_of_trained_set)
                },
                {
                    'figure': 'medium, sound',
                    'published': 6955,
                    'here': count(*) filter (tier = 'medium' and is_of_trained_set and is_sound)
                },
                {
                    'figure': 'medium, trained on',
                    'published': 6728,
                    'here': count(*) filter (tier = 'medium' and is_of_trained_set and is_fit_as_published)
                }
            ]
        ) as counted,
),

second_figures as (
    from second_round
    select
        unnest(
            [
                {'figure': 'second round', 'published': 3574, 'here': count(*)},
                {'figure': 'second round, solved', 'published': 1039, 'here': count(*) filter (is_solved)},
                {'figure': 'hard', 'published': 423, 'here': count(*) filter (tier = 'hard')},
                {
                    'figure': 'hard, trained on',
                    'published': 411,
                    'here': count(*) filter (tier = 'hard' and is_of_trained_set and is_fit_as_published)
                }
            ]
        ) as counted,
),

unsolved as (
    from standard.hard_tasks
    select count(*) as here
),

of_each_task as (
    from first_round
    select task_name, count(*) filter (tier = 'medium' and is_fit_as_published) as here
    group by task_name
),

costs as (
    from first_round
    join seeds.model_prices as prices using (model)
    select
        sum(prompt_tokens * per_1000_prompt_tokens + completion_tokens * per_1000_completion_tokens) / 1000 as dollars,
    where model = 'gpt-3.5-turbo-0613'
),

chats as (
    from standard.stacked_trajectories
    select
        details ->> '$.shape' as shape,
        count(*) as records,
        count(*) filter ((details ->> '$.left_out_by') is null) as fit,
    where dataset = 'general-chat'
    group by shape
),

chat_figures as (
    from seeds.chat_shapes as published
    left join chats using (shape)
    select
        shape as subject,
        'chats that are fit' as figure,
        cast(fit_published as double) as published,
        cast(coalesce(fit, 0) as double) as here,
        coalesce(records = records_published, false) as is_whole,
)

from task_figures
union all by name
from run_figures
cross join whole_runs
select
    'runs' as subject,
    counted.figure as figure,
    cast(counted.published as double) as published,
    cast(counted.here as double) as here,
    coalesce(is_whole, false) as is_whole,
union all by name
from second_figures
cross join whole_second
select
    'runs' as subject,
    counted.figure as figure,
    cast(counted.published as double) as published,
    cast(counted.here as double) as here,
    coalesce(is_whole, false) as is_whole,
union all by name
from unsolved
cross join whole_runs
select
    'runs' as subject,
    'tasks that nobody solved' as figure,
    7635.0::double as published,
    cast(here as double) as here,
    coalesce(is_whole, false) as is_whole,
union all by name
from seeds.codeact_tasks as published
left join of_each_task using (task_name)
cross join whole_runs
select
    task_name as subject,
    'medium, trained on' as figure,
    cast(trained_on_published as double) as published,
    cast(coalesce(here, 0) as double) as here,
    coalesce(is_whole, false) as is_whole,
where trained_on_published is not null
union all by name
from costs
cross join whole_runs
select
    'gpt-3.5-turbo-0613' as subject,
    'cost in US dollars' as figure,
    218.15::double as published,
    coalesce(round(dollars, 2), 0) as here,
    coalesce(is_whole, false) as is_whole,
union all by name
from chat_figures
;
