-- sft.command_misfits
-- grain     one row per trajectory, of a dataset that suits mini-swe-agent, which is not a sequence of single commands
-- key       trajectory_id
-- upstream  sft.step_traits
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

-- actions with nothing between them are one answer: the same number of observations lies before
answered as (
    from sft.step_traits
    select
        trajectory_id,
        step_index,
        class,
        coalesce(function, language) as called,
        step_index - row_number() over (partition by trajectory_id order by step_index) as side,
        is_no_command
        or (called = 'python' and count(*) filter (called = 'python') over (partition by trajectory_id) > 1)
            as is_misfit,
    where is_no_command is not null
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
    left join sft.step_traits as next
        on next.trajectory_id = sides.trajectory_id
        and next.step_index = sides.last_step + 1
        and next.kind = 'observation'
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
