-- sft.frames
-- grain     one row per agent and trajectory that it is trained on, or could be but for being test data
-- key       target, trajectory_id
-- upstream  seeds.api_doc_prefixes, seeds.call_quotes, sft.endings, sft.placements, standard.trajectory_toolsets
--
-- What stands around a trajectory's steps in a conversation: how it ends, the words that introduce the documentation of
-- its tools (sft.tool_docs), {tool} still to be named, and the quotes between which calls hold their texts.
--
-- Test data is here for those who ask for it (`adp export --include-test-data`); sft.framing leaves it out.
--
-- A table, as are sft.endings, sft.shared_thoughts and sft.tool_docs: as views they were planned and computed anew for
-- every range of every export, which cost more than the rendering (docs/performance.md).
create or replace table sft.frames as
with

prefixes as (
    from seeds.api_doc_prefixes
    select list(text order by position) as texts
),

placed as (
    from sft.placements
    where coalesce(missing_for, 'test_data') = 'test_data'
)

from placed
join sft.endings as endings using (trajectory_id)
cross join prefixes
left join standard.trajectory_toolsets as toolsets using (trajectory_id)
left join seeds.call_quotes as quotes on quotes.dataset = placed.dataset
select
    target,
    trajectory_id,
    placed.dataset,
    placed.landing_index,
    toolset_id,
    endings.ending,
    endings.last_step,
    endings.last_function,
    endings.user_closing,
    endings.agent_closing,
    pick(prefixes.texts, trajectory_id) as introduction,
    coalesce(quotes.quote, '"') as text_quote,
    missing_for is not null as is_test_data,
;
