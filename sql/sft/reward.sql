-- sft.reward
-- grain     one row per moment of a trace and task, or silence, that annotators came to a verdict on
-- key       id
-- upstream  sft.exclusions, sft.explanations, sft.system_prompts, standard.observations, standard.reward_rows,
--           standard.trajectories
--
-- What a reward model is trained on: the events up to a moment and a task, or null, as one JSON object, and the verdict
-- as another. The verdict is that of the corrected rule. Where a model has explained it the explanation comes first, as
-- `thought`; the column `explanation` has it, too. Nothing that happened later is shown.
create or replace view sft.reward as
with

prompt as (
    from sft.system_prompts
    where target = 'reward'
),

left_out as (
    from sft.exclusions
    select trajectory_id
    where target = 'reward'
),

rows as (
    from standard.reward_rows
    anti join left_out using (trajectory_id)
    select *
    where category is not null and is_decided
),

shown as (
    from rows
    join standard.observations as observations using (dataset, landing_index, trajectory_id)
    select
        reward_id,
        list(
            {'time': coalesce(observations.details ->> '$.time', ''), 'event': content} order by step_index
        ) as events,
        max(step_index) as step_index,
    where cast(observations.details ->> '$.turn' as integer) <= turn_position
    group by reward_id
)

from rows
join shown using (reward_id)
join standard.trajectories as trajectories using (dataset, landing_index, trajectory_id)
left join sft.explanations as explanations using (dataset, landing_index, trajectory_id, reward_id)
cross join prompt
select
    reward_id as id,
    [
        {'role': 'user', 'content': reward_question(events, task)},
        {'role': 'assistant', 'content': reward_answer(explanation, valid)}
    ] as conversations,
    prompt.text as system,
    dataset,
    trajectory_id,
    step_index,
    category,
    explanation,
    held_out_split(task_id) as split,
order by dataset, landing_index, id
;

from sft.reward;
