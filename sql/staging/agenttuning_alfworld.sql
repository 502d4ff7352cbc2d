-- staging.agenttuning_alfworld_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.agenttuning_alfworld
--
-- An agent in a household that is told in text writes "THOUGHT: ... ACTION: go to shelf 1", or the action alone, and
-- hears "On the shelf 1, you see a soapbottle 2.". A command becomes a call of the function that it names (`put mug 1
-- in/on desk 2` is put(item, target)); names are lower case there, whatever case the agent writes. An action that
-- speaks of the task ("end the task", "task failed") is the agent's last words. A message without an act is words, too;
-- ADP's form, which takes it for an observation that the agent made, keeps that (`adp_event`). Any other action is kept
-- as it is, and the trajectory excluded. Further lines behind a command are in the details, as `behind`.
--
-- The first message holds the rules: how to write thought and action is cut out of it, and kept as system prompt.
create or replace table staging.agenttuning_alfworld_steps as
with

chats as (
    from raw.agenttuning_alfworld
    select
        make_trajectory_id('agenttuning_alfworld', source_id, occurrence) as trajectory_id,
        record as landing_index,
        unnest(told_steps(household_chat(dialect_free(conversations)))) as step,
)

from chats
select
    trajectory_id,
    'agenttuning_alfworld' as dataset,
    landing_index,
    step.* replace (
        case
            when step.class = 'message_action'
                and not regexp_matches(step.content, '(?i)^\s*ok\s*$|ok\. i''ll follow|\baction:')
                and step.thought is null
                then told_as_observation(step)
            else step.details
        end as details
    ),
;

-- staging.agenttuning_alfworld_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.agenttuning_alfworld
--
-- The task is what the household is told to hold and what is to be done there. The source knows neither outcomes nor
-- models.
create or replace table staging.agenttuning_alfworld_trajectories as
with

chats as (
    from raw.agenttuning_alfworld
    select *, dialect_free(conversations) as messages
),

read_chats as (
    from chats
    select *, household_chat(messages) as parts
),

judged_chats as (
    from read_chats
    select
        *,
        told_verdict(messages, parts, null, null) as verdict,
)

from judged_chats
select
    make_trajectory_id('agenttuning_alfworld', source_id, occurrence) as trajectory_id,
    'agenttuning_alfworld' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(last_words(parts)) as task_id,
    verdict.exclusion as exclusion,
    verdict.detail as exclusion_detail,
    raw_extra as details,
    prompt_and_cut_rules(messages, list_transform(messages, lambda m: household_rules(m.content))) as system_prompt,
;
