-- sft.endings
-- grain     one row per trajectory that has steps
-- key       trajectory_id
-- upstream  seeds.api_doc_prefixes, seeds.call_quotes, seeds.closing_texts, standard.steps,
--           standard.trajectory_toolsets
--
-- How a trajectory begins and ends, which decides whether and how it is closed when it is rendered:
--   finish       the last thing the agent did was to call `finish`; what came back is of no use
--   message      it ends in the agent's words: they become the finish
--   call         the last turn holds a call, or words that its staging says are no finish (details `is_finish` false:
--                an answer behind which the source's session would go on): the closing pair is added
--   excerpt      one model call out of an episode, a call that ends it, or an answer behind which a talk may go on
--                (details `is_excerpt` true): nothing is added
--   outcome      it shows what came of the last call (details `is_outcome` true): the agent closes
--   open         the last turn holds a call, and the source shows just this part of its task (details `result` is
--                `beyond`): nothing is added
--   observation  it ends in something that the agent did not answer
--   none         the agent never acts
-- Words behind the last call of a turn do not make it a finish: they were said before the call had a result. The texts
-- of the closing pair are picked by the trajectory's id, as are, where it has a set of tools, the words that introduce
-- their documentation (`introduction`, with {tool} still to be named; see sft.tool_docs). `text_quote` is what its
-- calls hold their texts between.
create or replace table sft.endings as
with

closing_texts as (
    from seeds.closing_texts
    select
        list(text order by position) filter (speaker = 'user') as user_texts,
        list(text order by position) filter (speaker = 'agent') as agent_texts,
),

prefixes as (
    from seeds.api_doc_prefixes
    select list(text order by position) as prefix_texts
),

extents as (
    from standard.steps
    select
        trajectory_id,
        dataset,
        landing_index,
        max(step_index) as last_step,
        max(step_index) filter (kind = 'action') as last_action,
        max(turn_index) as last_turn,
        max(turn_index) filter (class in ('code_action', 'api_action')) as last_call_turn,
        max(step_index) filter (contains(cast(details as varchar), '"is_finish":false')) as last_aside,
        max(step_index) filter (contains(cast(details as varchar), '"is_excerpt":true')) as last_excerpt,
        max(step_index) filter (contains(cast(details as varchar), '"is_outcome":true')) as last_outcome,
        max(step_index) filter (contains(cast(details as varchar), '"result":"beyond"')) as last_open,
        arg_max(coalesce(function, ''), step_index) filter (kind = 'action') as last_function,
        arg_min(kind, step_index) as first_kind,
    group by trajectory_id, dataset, landing_index
)

from extents
cross join closing_texts
cross join prefixes
left join standard.trajectory_toolsets as toolsets using (trajectory_id)
left join seeds.call_quotes as quotes on quotes.dataset = extents.dataset
select
    trajectory_id,
    extents.dataset,
    landing_index,
    first_kind,
    last_function,
    case
        when last_action is null then 'none'
        when last_function = 'finish' then 'finish'
        when last_outcome = last_step and last_step > last_action then 'outcome'
        when last_step > last_action then 'observation'
        when last_excerpt = last_step then 'excerpt'
        when last_open = last_step then 'open'
        when last_call_turn = last_turn or last_aside = last_step then 'call'
        else 'message'
    end as ending,
    case when last_function = 'finish' then last_action else last_step end as last_step,
    pick(user_texts, trajectory_id) as user_closing,
    pick(agent_texts, trajectory_id) as agent_closing,
    toolset_id,
    case when toolset_id is not null then pick(prefix_texts, trajectory_id) end as introduction,
    coalesce(quotes.quote, '"') as text_quote,
;
