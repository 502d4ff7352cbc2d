-- seeds.codeact_tasks
-- grain     one row per task set that CodeAct's runs go over
-- key       task_name
-- upstream  none
--
-- What is published of each: how many records its source has, how many tasks are run (a model's runs of a task set are
-- an experiment), and how many trajectories of it the published training set has from several turns. `is_trained_on`:
-- whether runs of it go into the training set; those of strategyqa can be guessed.
create or replace view seeds.codeact_tasks as
select *
from (
    values
        ('APPS', 'code_generation', 'tasks-apps', 5000, 4439, 573, true),
        ('alfworld', 'decision_making', null::varchar, null::integer, 3553, 2031, true),
        ('algebra', 'reasoning', 'tasks-math', 1744, 1226, 462, true),
        ('counting_and_probability', 'reasoning', 'tasks-math', 771, 602, 119, true),
        ('geometry', 'reasoning', 'tasks-math', 870, 727, 59, true),
        ('hotpotqa', 'reasoning', 'tasks-hotpotqa', 90447, 3000, 1618, true),
        ('intermediate_algebra', 'reasoning', 'tasks-math', 1295, 1070, 234, true),
        ('number_theory', 'reasoning', 'tasks-math', 869, 691, 269, true),
        ('prealgebra', 'reasoning', 'tasks-math', 1205, 750, 227, true),
        ('precalculus', 'reasoning', 'tasks-math', 746, 520, 71, true),
        ('strategyqa', 'reasoning', null, null, 2290, null, false),
        ('wiki_table_questions', 'tabular', 'tasks-wikitablequestions', 14149, 3000, 1065, true)
) as t (
    task_name, task_type, dataset, records_published, tasks_published, trained_on_published, is_trained_on
)
;
