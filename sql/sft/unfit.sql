-- sft.unfit
-- grain     one row per trajectory that no agent is trained on (target is '*'), and per target of a dataset that suits
--           it which it cannot be trained on
-- key       target, trajectory_id
-- upstream  seeds.targets, sft.call_misfits, sft.codeact_misfits, sft.command_misfits, sft.endings,
--           sft.proactive_misfits, sft.step_traits, standard.axtrees, standard.datasets, standard.stacked_trajectories
--
-- The part of sft.exclusions that is read off the steps: the first reason that holds, in the order of the cases below.
-- What sets of the Speculative Tool Actions cannot have is in sft.decision_misfits.
-- Codes are those of seeds.exclusion_reasons.
create or replace table sft.unfit as
with

contents as (
    from sft.step_traits
    select
        trajectory_id,
        count(*) filter (class = 'web_observation') as pages,
        count(*) filter (class = 'web_observation' and not has_axtree) as pages_without_tree,
        count(*) filter (class = 'image_observation') as images,
        count(*) filter (class = 'image_observation' and not has_images) as unnamed_images,
        count(*) filter (class = 'code_action') as codes,
        min(language) filter (class = 'code_action' and language not in ('bash', 'python')) as foreign_language,
        -- what a call returns is said to be that, even where it is empty
        min(step_index) filter (
            class in ('message_action', 'text_observation')
            and (source = 'user' or tool_call_id is null)
            and not has_thought
            and is_blank
        ) as empty_step,
        arg_max(trainable, step_index) filter (kind = 'action') as ends_in_training,
    group by trajectory_id
),

-- pages that come as HTML, and acts on them: what of it no browser could show
lacks as (
    from standard.axtrees
    select
        trajectory_id,
        arg_min(lack, step_index) as lack,
        arg_min(reason, step_index) as unseen_detail,
    where lack is not null
    group by trajectory_id
),

-- what no agent is trained on comes first, whatever else holds
candidates as (
    from standard.stacked_trajectories as trajectories
    left join sft.endings as endings using (trajectory_id)
    left join contents using (trajectory_id)
    left join lacks using (trajectory_id)
    -- of a corpus that is not in the catalogue nobody knows whom it suits: it is judged by its steps alone
    left join standard.datasets as datasets on datasets.dataset = trajectories.dataset
    select
        trajectory_id,
        trajectories.dataset,
        is_web,
        pages,
        coalesce(lack, case when pages_without_tree > 0 then 'no_axtree' end) as unseen,
        unseen_detail,
        images,
        unnamed_images,
        codes,
        foreign_language,
        coalesce(empty_step = last_step, false) as ends_empty,
        case
            when exclusion <> 'test_data' then exclusion
            when ending is null then 'no_steps'
            when first_kind = 'action' then 'no_task'
            when ending = 'none' then 'no_actions'
            when ending = 'observation' then 'truncated'
            -- last words become a finish, which may say nothing
            when empty_step < last_step or (empty_step = last_step and ending <> 'message') then 'unreadable_step'
            when not ends_in_training then 'not_trained'
        end as common_reason,
        case
            when exclusion is not null then exclusion_detail
            when common_reason = 'unreadable_step' then concat('step ', empty_step, ' is empty')
            when common_reason = 'not_trained' then 'the last thing that the agent does must not be learnt from'
        end as common_detail,
),

suits as (
    from standard.datasets
    join seeds.targets on list_has_any(agents, suits)
    select dataset, target, waives,
    where kin is null
),

suited as (
    from candidates
    join suits on suits.dataset = candidates.dataset
    left join sft.call_misfits as misfits using (target, trajectory_id)
    left join sft.command_misfits as commands
        on commands.trajectory_id = candidates.trajectory_id and suits.target = 'mini_swe_agent'
    left join sft.codeact_misfits as codeact
        on codeact.trajectory_id = candidates.trajectory_id and suits.target = 'codeact'
    left join sft.proactive_misfits as proactive using (target, trajectory_id)
    select
        target,
        trajectory_id,
        case target
            when 'openhands' then
                case
                    when unnamed_images > 0 then 'image'
                    when unseen is not null then unseen
                    else misfits.reason
                end
            when 'openhands_tools' then
                case
                    when ends_empty then 'unreadable_step'
                    when unnamed_images > 0 then 'image'
                    when unseen is not null then unseen
                    else misfits.reason
                end
            when 'sweagent' then
                case
                    when images > 0 then 'image'
                    when pages > 0 then 'web'
                    when foreign_language is not null then 'other_language'
                    else misfits.reason
                end
            when 'mini_swe_agent' then
                case
                    when images > 0 then 'image'
                    when pages > 0 then 'web'
                    else commands.misfit
                end
            when 'agentlab' then
                case
                    when is_web and pages = 0 then 'not_web'
                    when images > 0 then 'image'
                    when unseen is not null then unseen
                    when codes > 0 then 'other_language'
                    else misfits.reason
                end
            when 'codeact' then
                case
                    when images > 0 then 'image'
                    when pages > 0 then 'web'
                    when foreign_language is not null then 'other_language'
                    else codeact.reason
                end
            when 'proactive_agent' then proactive.reason
            when 'reward' then proactive.reason
        end as unfit_for,
        case
            when unfit_for = unseen then unseen_detail
            when unfit_for = 'unreadable_step' then 'the last step is empty'
            when unfit_for = 'other_language' then foreign_language
            when unfit_for = misfits.reason then misfits.detail
            when unfit_for = commands.misfit then commands.misfit_detail
            when unfit_for = codeact.reason then codeact.detail
            when unfit_for = proactive.reason then proactive.detail
        end as unfit_detail,
    where common_reason is null or list_contains(waives, common_reason)
)

from candidates
select '*' as target, trajectory_id, common_reason as reason, common_detail as detail
where common_reason is not null
union all
from suited
select target, trajectory_id, unfit_for, unfit_detail
where unfit_for is not null
order by target, trajectory_id
;
