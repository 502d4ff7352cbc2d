-- sft.command_misfits
-- grain     one row per trajectory, of a dataset that suits mini-swe-agent, which is not a sequence of single commands
-- key       trajectory_id
-- upstream  standard.actions, standard.datasets, standard.observations
--
-- Why mini-swe-agent cannot say what the agent says here: it answers with exactly one command, runs each in a new
-- shell, and reads it from a block that ends at the first fence.
--   no_command       a call that is none, or Python code that would not do the same as a program: it shares a session,
--                    or ends in a value that the session prints. An editor's call is none either, since a command
--                    would print something else; nor is a bare `cd`, which a new shell forgets. What must not be
--                    learnt from counts as none, too
--   not_one_command  several commands in one answer, or none where no user speaks next: words alone hand the work in,
--                    as `submit` and `finish` do, and only a user can go on from there
create or replace table sft.command_misfits as
with

suited as (
    from standard.datasets
    select dataset
    where list_contains(agents, 'mini_swe_agent')
),

told as (
    from standard.actions
    semi join suited using (dataset)
    select
        trajectory_id,
        step_index,
        class,
        coalesce(function, language) as called,
        language,
        -- whatever Python code says, it is a command
        case when language is distinct from 'python' then shell_command(function, arguments, language, content) end
            as command,
        thought,
        content,
        trainable,
),

-- what texts say is asked before actions are put beside each other, which then carry no text along
actions as (
    from told
    select
        trajectory_id,
        step_index,
        class,
        called,
        case
            when class = 'message_action' then contains(content, '```mswea_bash_command')
            when language = 'python' then coalesce(not is_script(content) or contains(content, '```'), true)
            when command is null or regexp_full_match(command, '\s*') then true
            else contains(command, chr(10) || '```') or only_changes_shell(command)
        end
        or coalesce(contains(thought, '```mswea_bash_command'), false)
        or not trainable as is_no_command,
),

-- actions with nothing between them are one answer: the same number of observations lies before
answered as (
    from actions
    select
        trajectory_id,
        step_index,
        class,
        called,
        step_index - row_number() over (partition by trajectory_id order by step_index) as side,
        is_no_command
        or (called = 'python' and count(*) filter (called = 'python') over (partition by trajectory_id) > 1)
            as is_misfit,
),

sides as (
    from answered
    select
        trajectory_id,
        side,
        min(step_index) as step_index,
        max(step_index) as last_step,
        count(*) filter (class <> 'message_action') as commands,
        bool_or(called in ('finish', 'submit')) as submits,
        coalesce(arg_min(called, step_index) filter (is_misfit), '') as called,
        bool_or(is_misfit) as is_misfit,
    group by trajectory_id, side
),

judged as (
    from sides
    left join standard.observations as next
        on next.trajectory_id = sides.trajectory_id
        and next.step_index = sides.last_step + 1
    select
        sides.trajectory_id,
        sides.step_index,
        called,
        case
            when is_misfit then 'no_command'
            when commands > 1 then 'not_one_command'
            when (commands = 0 or submits) and next.source <> 'user' then 'not_one_command'
        end as reason,
)

from judged
select
    trajectory_id,
    arg_min(reason, step_index) as misfit,
    nullif(arg_min(called, step_index), '') as misfit_detail,
where reason is not null
group by trajectory_id
;
