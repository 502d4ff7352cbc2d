-- sft.bench_events
-- grain     one row per event of the proactive bench
-- key       event_id
-- needs     raw.proactive_bench, raw.proactive_traces
-- upstream  standard.observations
--
-- What must not be shown to who is measured with it, case and white space folded. What models answered on the bench
-- shows its events, too, so that they are known where only that is landed: there they are those with a date, since
-- models were run on made-up traces as well.
create or replace table sft.bench_events as
from standard.observations
select
    task_hash(content) as event_id,
    min(content) as event,
where (dataset = 'proactive-bench' or (dataset = 'proactive-traces' and recorded_at is not null))
    and not is_blank(content)
group by event_id
order by event_id
;
