-- sft.codeact_misfits
-- grain     one row per trajectory that suits the training set of CodeAct and is left out of it
-- key       trajectory_id
-- upstream  seeds.chat_shapes, standard.codeact_runs, standard.datasets, standard.stacked_trajectories, standard.steps
--
-- Of runs those are taken that are of several turns, of a complete experiment and a task set that is trained on, and in
-- which code ran cleanly before the end: errors that are mended teach how to mend them. Of general chats those that the
-- rules of the mix leave, and of these a seeded sample. What is landed as a run is not taken a second time from
-- codeactinstruct. In all of them the two sides have to speak in turn.
create or replace view sft.codeact_misfits as
with

suited as (
    from standard.datasets
    select dataset
    -- general chats are judged by the rules of their mix
    where list_contains(agents, 'codeact') and dataset <> 'general-chat'
),

neighbours as (
    from standard.steps
    semi join suited using (dataset)
    select
        trajectory_id,
        step_index,
        kind,
        turn_index,
        lag(kind) over (partition by trajectory_id order by step_index) as kind_before,
        lag(turn_index) over (partition by trajectory_id order by step_index) as turn_before,
),

unpaired as (
    from neighbours
    select
        trajectory_id,
        'unpaired_turns' as reason,
        'two messages of one side at step ' || min(step_index) as detail,
    where kind = kind_before and (kind = 'observation' or turn_index <> turn_before)
    group by trajectory_id
),

runs as (
    from standard.codeact_runs
    select
        trajectory_id,
        case
            when not is_of_trained_set then 'other_subset'
            when not is_complete then 'incomplete_experiment'
            when coalesce(tier, 'easy') = 'easy' then 'too_easy'
            when not is_fit then 'no_clean_run'
        end as reason,
        case reason
            when 'other_subset' then 'runs of ' || task_name || ' are not trained on'
            when 'incomplete_experiment' then concat(tasks_run, ' of ', tasks_known, ' tasks have been run')
            when 'too_easy' then concat('solved in ', turns, ' turn', case when turns > 1 then 's' end)
            when 'no_clean_run' then 'turns before the last: ' || pairs
        end as detail,
    where is_solved
),

-- what was chosen from these very runs
repeated as (
    from standard.stacked_trajectories as chosen
    join standard.codeact_runs as run
        on run.source_id = substr(chosen.source_id, strpos(chosen.source_id, '/') + 1)
    select
        chosen.trajectory_id,
        'duplicate' as reason,
        'landed as ' || min(run.trajectory_id) as detail,
    where chosen.dataset = 'codeactinstruct' and not run.is_duplicate
    group by chosen.trajectory_id
),

chats as (
    from standard.stacked_trajectories
    select
        trajectory_id,
        details ->> '$.shape' as shape,
        details ->> '$.left_out_by' as rule,
        drawn(42, source_id) as draw,
        exclusion,
    where dataset = 'general-chat'
),

ranked_chats as (
    from chats
    select
        trajectory_id,
        row_number() over (partition by shape order by draw, trajectory_id) as place,
    where rule is null and exclusion is null
),

chosen_chats as (
    from chats
    join seeds.chat_shapes as shapes using (shape)
    left join ranked_chats using (trajectory_id)
    select
        trajectory_id,
        case
            when rule = 'not_reasoning' then 'other_subset'
            when rule in ('no_user', 'assistant_first') then 'no_task'
            when rule = 'no_assistant' then 'no_actions'
            when rule in ('assistant_repeats', 'user_repeats') then 'unpaired_turns'
            when rule is not null then rule
            when place > sample_size then 'not_sampled'
        end as reason,
        coalesce(rule, case when reason = 'not_sampled' then concat(sample_size, ' are drawn') end) as detail,
),

every_reason as (
    from runs
    select *, 1 as place
    union all
    from chosen_chats
    select *, 2
    union all
    from repeated
    select *, 3
    union all
    from unpaired
    select *, 4
)

from every_reason
select
    trajectory_id,
    arg_min(reason, place) as reason,
    arg_min(detail, place) as detail,
where reason is not null
group by trajectory_id
;
