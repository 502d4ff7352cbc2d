-- sft.step_traits
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  standard.datasets, standard.steps
--
-- What the models behind this one have to know of a step, without its texts. To read the texts takes longer than all
-- that is reckoned from them, so whatever they are asked is asked here, once.
--
-- `weight` is the length of what is thought, said and called. `result` tells what became of the result of code, as the
-- details do. `is_no_command`, for the datasets that suit mini-swe-agent, marks an action that cannot be one command of
-- its: see sft.command_misfits.
create or replace table sft.step_traits as
with

suited as (
    from standard.datasets
    select dataset, true as suits_shell,
    where list_contains(agents, 'mini_swe_agent')
),

told as (
    from standard.steps as steps
    left join suited on suited.dataset = steps.dataset
    select
        steps.*,
        suits_shell and kind = 'action' as is_for_shell,
        -- whatever Python code says, it is a command
        case
            when is_for_shell and language is distinct from 'python'
                then shell_command(function, arguments, language, content)
        end as command,
)

from told
select
    trajectory_id,
    dataset,
    landing_index,
    step_index,
    turn_index,
    kind,
    class,
    source,
    function,
    language,
    tool_call_id,
    trainable,
    case when class = 'code_action' then details ->> '$.result' end as result,
    coalesce(length(thought), 0) + coalesce(length(content), 0) + coalesce(length(cast(arguments as varchar)), 0)
        as weight,
    is_blank(content) as is_blank,
    thought is not null as has_thought,
    axtree is not null as has_axtree,
    images is not null as has_images,
    case
        when is_for_shell then
            case
                when class = 'message_action' then coalesce(contains(content, '```mswea_bash_command'), false)
                when language = 'python' then coalesce(not is_script(content) or contains(content, '```'), true)
                when command is null or regexp_full_match(command, '\s*') then true
                else contains(command, chr(10) || '```') or only_changes_shell(command)
            end
            or coalesce(contains(thought, '```mswea_bash_command'), false)
            or not trainable
    end as is_no_command,
;
