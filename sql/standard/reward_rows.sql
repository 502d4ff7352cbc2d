-- standard.reward_rows
-- grain     one row per moment of a trace and task that was voted on, and one per moment for keeping silent
-- key       reward_id
-- upstream  standard.annotations, standard.trajectories
--
-- What a reward model is to learn: whether a task, or silence (`task` is null), is right at a moment. `votes` are true
-- of whoever agrees with that. `valid` is what at least two and most of them say; `category` follows from it: CD
-- correct detection, FA false alarm, CR correct rejection, MN missed need. Silence is right when at least two and most
-- annotators wanted no task, wrong otherwise; as many on either side decide nothing (`is_decided`).
--
-- `published_category` and `published_valid` are what the published rule gives: a task counts for each side that has
-- two votes; silence is wrong where one task was accepted by all, right where anybody accepted something, and no row
-- where nobody did. On published rows they are as published, `published_split` too.
create or replace view standard.reward_rows as
with

votes as (
    from standard.annotations
    select
        *,
        case
            when dataset = 'proactive-reward' then cast(null as integer)
            else cast(len(tasks) as integer)
        end as task_count,
),

published as (
    from standard.trajectories
    select
        trajectory_id,
        dataset,
        landing_index,
        cast(details ->> '$.turn' as integer) as turn,
        details ->> '$.task' as proposed,
        cast(details ->> '$.help_needed' as boolean) as help_needed,
        cast(details ->> '$.valid' as boolean) as published_valid,
        coalesce(
            nullif(regexp_extract(details ->> '$.category', '\((MN|CR|CD|FA)\)', 1), ''), details ->> '$.category'
        ) as published_category,
        regexp_extract(source_file, '(?:^|/)(train|test)_data[^/]*$', 1) as published_split,
    where dataset = 'proactive-reward'
),

published_rows as (
    from published
    left join votes using (dataset, landing_index, trajectory_id)
    select
        trajectory_id as reward_id,
        trajectory_id,
        dataset,
        landing_index,
        any_value(turn) as turn_position,
        case when any_value(proposed) is not null then 0 end as task_position,
        any_value(proposed) as task,
        list(
            case when proposed is not null then accepted[1] else not votes.help_needed end
            order by cast(annotator as integer)
        ) filter (status <> 'unreadable') as votes,
        any_value(published.help_needed) as help_needed,
        any_value(published_valid) as published_valid,
        any_value(published_category) as published_category,
        nullif(any_value(published_split), '') as published_split,
    group by trajectory_id, dataset, landing_index
),

-- of annotated traces
turns as (
    from votes
    select
        trajectory_id,
        dataset,
        landing_index,
        turn_position,
        any_value(tasks) as tasks,
        list(accepted order by annotator) filter (accepted is not null) as matrix,
        list(not help_needed order by annotator) filter (help_needed is not null) as silent,
    where task_count is not null
    group by trajectory_id, dataset, landing_index, turn_position
),

judged_turns as (
    from turns
    select
        *,
        list_transform(
            range(len(tasks)),
            lambda place: list_transform(matrix, lambda accepted: accepted[place + 1])
        ) as votes_by_task,
        len(list_filter(votes_by_task, lambda votes: len(votes) > 1 and not list_contains(votes, false))) > 0
            as help_needed,
),

task_rows as (
    from judged_turns
    select
        *,
        unnest(tasks) as task,
        unnest(votes_by_task) as votes,
        unnest(range(len(tasks))) as task_position,
),

annotated_rows as (
    from task_rows
    select
        concat_ws('-', trajectory_id, turn_position, task_position) as reward_id,
        trajectory_id,
        dataset,
        landing_index,
        turn_position,
        cast(task_position as integer) as task_position,
        task,
        votes,
        help_needed,
        case
            when count_true(votes) >= 2 and count_false(votes) < 2 then true
            when count_false(votes) >= 2 and count_true(votes) < 2 then false
        end as published_valid,
        case
            when count_true(votes) >= 2 and count_false(votes) >= 2 then 'CD and FA'
            else reward_category(true, published_valid)
        end as published_category,
    where not is_blank(task)
    union all by name
    from judged_turns
    select
        concat_ws('-', trajectory_id, turn_position, 'none') as reward_id,
        trajectory_id,
        dataset,
        landing_index,
        turn_position,
        null::integer as task_position,
        null::varchar as task,
        silent as votes,
        help_needed,
        case
            when len(silent) < 2 then null
            when help_needed and count_false(silent) >= 2 then false
            when count_false(silent) > 0 then true
        end as published_valid,
        reward_category(false, published_valid) as published_category,
),

every_row as (
    from published_rows
    union all by name
    from annotated_rows
),

judged as (
    from every_row
    select
        *,
        case
            when coalesce(len(votes), 0) < 2 then null
            when task is not null then majority(votes)
            else coalesce(majority(votes), false)
        end as valid,
        count_true(votes) <> count_false(votes) and coalesce(len(votes), 0) >= 2 as is_decided,
)

from judged
select
    reward_id,
    trajectory_id,
    dataset,
    landing_index,
    turn_position,
    task_position,
    task,
    votes,
    help_needed,
    valid,
    reward_category(task is not null, valid) as category,
    is_decided,
    published_valid,
    published_category,
    published_split,
;
