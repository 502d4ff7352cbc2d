-- standard.judgements
-- grain     one row per judgement
-- key       judgement_id
-- upstream  staging.proactive_judgements_annotations, standard.predictions
--
-- What a judge said of an answer to the bench, or of a row of reward data: from files of judgements, and from traces in
-- which the answers are judged already (these name no judge: `unnamed`). `accepted` is null where the judge's words
-- are no verdict. `is_latest`: the last one that this judge gave.
create or replace view standard.judgements as
with

typed as (
    select
        null::varchar as judgement_id,
        null::varchar as dataset,
        null::bigint as landing_index,
        null::varchar as source_file,
        null::bigint as source_row,
        null::varchar as judge,
        null::varchar as subject,
        null::varchar as model,
        null::varchar as trace,
        null::integer as turn_position,
        null::integer as position,
        null::varchar as row_id,
        null::boolean as accepted,
        null::varchar as thought,
        null::boolean as is_consistent,
        null::varchar as answer,
        null::json as details
    where false
),

given as (
    from typed
    union all by name
    from staging.proactive_judgements_annotations
),

told as (
    from given
    select
        *,
        row_number() over (
            partition by judge, subject, model, trace, turn_position, position, row_id order by landing_index desc
        ) = 1 as is_latest,
),

-- in the traces themselves
marked as (
    from standard.predictions
    select
        concat_ws('-', trajectory_id, turn_position, position) as judgement_id,
        dataset,
        landing_index,
        'unnamed' as judge,
        'prediction' as subject,
        trajectory_id,
        model,
        trace,
        turn_position,
        position,
        verdict_of(judgement) as accepted,
        is_latest,
    where judgement is not null
),

every_judgement as (
    from told
    union all by name
    from marked
)

from every_judgement
select
    judgement_id,
    dataset,
    landing_index,
    judge,
    subject,
    trajectory_id,
    model,
    trace,
    turn_position,
    position,
    row_id,
    accepted,
    thought,
    is_consistent,
    answer,
    is_latest,
    source_file,
    source_row,
    details,
;
