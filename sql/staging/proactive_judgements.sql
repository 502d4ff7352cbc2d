-- staging.proactive_judgements_annotations
-- grain     one row per judgement
-- key       judgement_id
-- upstream  raw.proactive_judgements
--
-- What a judge said of an answer to the bench (`model`, `trace`, `turn_position`, `position`) or of a row of the reward
-- data (`row_id`). A judge's raw text is read where the judgement is not given beside it: as the JSON that it was asked
-- for, else by the word behind "judgement"; where neither is there, `accepted` is null. `is_consistent`: all that was
-- judged again from the thought alone came to the same.
create or replace table staging.proactive_judgements_annotations as
with

lines as (
    from raw.proactive_judgements
    select
        make_trajectory_id('proactive-judgements', source_id, occurrence) as judgement_id,
        record as landing_index,
        source_file,
        source_row,
        judge,
        model,
        regexp_replace(trace, '[.]json$', '') as trace,
        turn as turn_position,
        coalesce(prediction, case when "row" is null then 0 end) as position,
        "row" as row_id,
        judgement,
        thought,
        answer,
        proactive_answer(answer) as answer_object,
        checks,
        raw_extra,
),

read_lines as (
    from lines
    select
        *,
        case
            when coalesce(json_type(judgement), 'NULL') <> 'NULL' then verdict_of(judgement)
            when answer_object is not null then verdict_of(json_extract(answer_object, '$.judgement'))
            else verdict_of(
                to_json(nullif(regexp_extract(answer, '(?i)"?judge?ment"?\s*[:=]\s*"?(accepted|rejected)\b', 1), ''))
            )
        end as accepted,
)

from read_lines
select
    judgement_id,
    'proactive-judgements' as dataset,
    landing_index,
    source_file,
    source_row,
    judge,
    case when row_id is not null then 'reward_row' else 'prediction' end as subject,
    model,
    trace,
    cast(turn_position as integer) as turn_position,
    cast(position as integer) as position,
    row_id,
    accepted,
    coalesce(thought, json_text(json_extract(answer_object, '$.thought'))) as thought,
    len(list_filter(checks, lambda said: verdict_of(said) is distinct from accepted)) = 0 as is_consistent,
    answer,
    raw_extra as details,
order by landing_index
;
