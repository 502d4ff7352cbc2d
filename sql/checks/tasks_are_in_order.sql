-- A task can be asked and its answer be held against something, else it says why it is not among the tasks; no task of
-- a source's own test data is.
from standard.tasks
left join seeds.exclusion_reasons as reasons on reasons.code = exclusion
select source, task_id, exclusion, split
where (exclusion is null and (is_blank(prompt) or is_blank(reference) or source_split <> 'train'))
    or (exclusion is not null and reasons.code is null)
    or split is distinct from held_out_split(regexp_replace(task_id, '#\d+$', ''))
;
