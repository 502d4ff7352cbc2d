-- seeds.task_draws
-- grain     one row per task source of which a part is chosen
-- key       dataset
-- upstream  none
--
-- How many of the tasks that are fit are chosen: the heaviest, else as drawn. Tasks kept apart to be shown as examples:
-- the first so many in the source's order, or the last so many in the order of the choice.
create or replace view seeds.task_draws as
select *
from (
    values
        ('tasks-apps', null::integer, 10, 0),
        ('tasks-hotpotqa', 3000, 0, 0),
        ('tasks-wikitablequestions', 3000, 0, 50)
) as t (dataset, sample_size, first_shown, last_shown)
;
