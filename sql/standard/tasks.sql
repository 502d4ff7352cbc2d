-- standard.tasks
-- grain     one row per task of a task source, those that are not chosen too
-- key       task_id
-- upstream  seeds.task_draws, staging.tasks_apps_tasks, staging.tasks_hotpotqa_tasks, staging.tasks_math_tasks,
--           staging.tasks_wikitablequestions_tasks
--
-- What agents are asked to solve, before anybody has tried. `exclusion` says why a task is not among those that are
-- run; the rest are the tasks. Which of them are drawn, and which form of the prompt a task has where its source knows
-- several, follows from a digest of the seed and the task's key: the same everywhere, whatever order they were landed
-- in. Ids are those that the runs name, so that a task has its trajectories on one side of a split.
create or replace view standard.tasks as
with

typed as (
    select
        null::varchar as dataset,
        null::bigint as landing_index,
        null::varchar as source_id,
        null::varchar as source_file,
        null::bigint as source_row,
        null::varchar as task_id,
        null::varchar as task_type,
        null::varchar as task_name,
        null::varchar as source_split,
        null::varchar as task_number,
        null::varchar as prompt,
        null::varchar as reference,
        null::json as extra,
        null::varchar as exclusion,
        null::varchar as draw,
        null::double as weight,
        null::struct(name varchar, prompt varchar)[] as variants
    where false
),

stacked as (
    from typed
    union all by name
    from staging.tasks_apps_tasks
    union all by name
    from staging.tasks_hotpotqa_tasks
    union all by name
    from staging.tasks_math_tasks
    union all by name
    from staging.tasks_wikitablequestions_tasks
),

told_apart as (
    from stacked
    select
        * replace (coalesce(task_id, dataset || '/' || landing_index) as task_id),
        row_number() over (
            partition by coalesce(stacked.task_id, dataset || '/' || landing_index) order by landing_index
        ) as occurrence,
        case when occurrence > 1 then coalesce(stacked.exclusion, 'duplicate') else stacked.exclusion end as reason,
),

-- examples are taken before the tests are looked at
shown_first as (
    from told_apart
    select dataset, landing_index, row_number() over (partition by dataset order by landing_index) as place
    where reason is null or reason = 'no_tests'
),

without_shown as (
    from told_apart
    left join shown_first using (dataset, landing_index)
    left join seeds.task_draws as draws using (dataset)
    select
        told_apart.*,
        sample_size,
        coalesce(last_shown, 0) as last_shown,
        coalesce(place <= first_shown, false) as is_shown_first,
        case when is_shown_first then 'few_shot' else reason end as reason_so_far,
),

ranked as (
    from without_shown
    select
        dataset,
        landing_index,
        row_number() over (partition by dataset order by weight desc nulls last, draw, landing_index) as place,
        count(*) over (partition by dataset) as fit,
    where reason_so_far is null
),

chosen as (
    from without_shown
    left join ranked using (dataset, landing_index)
    select
        without_shown.*,
        place,
        case
            when reason_so_far is not null then reason_so_far
            when place <= coalesce(sample_size, fit) then null
            when place > fit - last_shown then 'few_shot'
            else 'not_sampled'
        end as final_reason,
),

-- each form of the prompt for as many of the tasks, whatever their weight
halved as (
    from chosen
    select
        dataset,
        landing_index,
        row_number() over (partition by dataset order by drawn(43, source_id), landing_index) - 1 as drawn_place,
        count(*) over (partition by dataset) as drawn_count,
    where variants is not null and final_reason is null
),

formed as (
    from chosen
    left join halved using (dataset, landing_index)
    select
        chosen.*,
        variants[1 + coalesce(drawn_place * len(variants) // drawn_count, 0)] as variant,
)

from formed
select
    task_id || case when occurrence > 1 then '#' || occurrence else '' end as task_id,
    dataset as source,
    landing_index,
    source_id,
    source_file,
    source_row,
    task_type,
    task_name,
    task_number,
    case when final_reason is null then coalesce(variant.prompt, prompt) else prompt end as prompt,
    reference,
    case
        when final_reason is null and variant is not null
            then json_merge_patch(extra, json_object('question_format', variant.name))
        else extra
    end as extra,
    source_split,
    held_out_split(task_id) as split,
    final_reason as exclusion,
    place as sample_rank,
;
