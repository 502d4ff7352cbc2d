-- staging.proactive_gym_steps
-- grain     one row per step: one line of the gym
-- key       trajectory_id, step_index
-- upstream  raw.proactive_gym
--
-- The gym writes a line for whatever happens in a scene, `{"source": "EnvManager", "time": "6-3 14:05:00", "tags":
-- ["events"], "content": "The user opens a file."}`. What the agent writes are its messages, the rest observations: of
-- the environment (EnvManager), the user, or the system. A proposal (tag `agent.proactive`) is JSON: its task is the
-- message, its thoughts the thought; a message that says nothing stands for no task. The user's next line on that
-- channel says whether he accepts: what he does not accept must not be learnt from. Lines of all other channels are
-- kept word for word.
create or replace table staging.proactive_gym_steps as
with

lines as (
    from raw.proactive_gym
    select
        make_trajectory_id('proactive-gym', source_id, occurrence) as trajectory_id,
        record,
        min(record) over (partition by source_id, occurrence) as landing_index,
        cast(row_number() over (partition by source_id, occurrence order by record) - 1 as integer) as step_index,
        source as speaker,
        speaker = 'ProactiveAgent' as is_agent,
        time as told,
        tags,
        content,
        is_on_channel(tags, 'agent.proactive') as is_proactive,
        raw_extra,
),

answers as (
    from lines
    select
        *,
        case when is_agent and is_proactive then proactive_answer(content) end as answer,
        lead(speaker) over (partition by trajectory_id, is_proactive order by record) as next_speaker,
        lead(content) over (partition by trajectory_id, is_proactive order by record) as next_content,
        case
            when is_agent then cast(sum(cast(is_agent as integer)) over (
                partition by trajectory_id order by record
            ) - 1 as integer)
        end as turn_index,
),

judged as (
    from answers
    select
        *,
        case when is_agent and is_proactive and next_speaker = 'User' then gym_verdict(next_content) end as accepted,
)

from judged
select
    trajectory_id,
    'proactive-gym' as dataset,
    landing_index,
    step_index,
    turn_index,
    case when is_agent then 'message_action' else 'text_observation' end as class,
    case when is_agent then 'action' else 'observation' end as kind,
    case speaker
        when 'ProactiveAgent' then 'agent'
        when 'User' then 'user'
        when 'system' then 'system'
        else 'environment'
    end as source,
    case
        when answer is not null then case answer_status(proactive_task(answer))
            when 'proposed' then json_text(proactive_task(answer))
            else ''
        end
        else coalesce(content, '')
    end as content,
    nullif(json_text(json_extract(answer, '$.Thoughts')), '') as thought,
    case when not is_agent then speaker end as name,
    case when is_agent then accepted is distinct from false end as trainable,
    event_moment(told) as recorded_at,
    told_members(
        json_object(
            'time', told,
            'seconds', event_seconds(told),
            'tags', tags,
            'status', case
                when not is_agent or not is_proactive then null
                when answer is null then 'unreadable'
                else answer_status(proactive_task(answer))
            end,
            'purpose', json_extract(answer, '$.Purpose'),
            'response', json_extract(answer, '$.Response'),
            'operation', json_extract(answer, '$.Operation'),
            'other', told_members(
                without_members(
                    answer, ['Purpose', 'Thoughts', 'Proactive Task', 'Proactive_Task', 'Response', 'Operation']
                )
            ),
            'accepted', case
                when is_agent then accepted
                when is_proactive and speaker = 'User' then gym_verdict(content)
            end,
            'extra', raw_extra
        )
    ) as details,
order by landing_index, step_index
;

-- staging.proactive_gym_trajectories
-- grain     one row per run of a scene
-- key       trajectory_id
-- upstream  raw.proactive_gym, raw.rejections
--
-- A run is a file, and its name says which scene it is of: `scene_3.jsonl` with an agent, `scene_3_noagent.jsonl`
-- without one are of one task. A line that could not be read belongs to the run whose line stands before it, at the top
-- of a file to the one behind it: a step is missing then.
create or replace table staging.proactive_gym_trajectories as
with

lines as (
    from raw.proactive_gym
    select
        source_id,
        occurrence,
        record,
        source_file,
        source_row,
        min(record) over (partition by source_id, occurrence) as landing_index,
),

lost as (
    from raw.rejections
    select source_file, source_row
    where dataset = 'proactive-gym'
),

before as (
    from lost
    asof left join lines on lost.source_file = lines.source_file and lost.source_row > lines.source_row
    select lost.source_file, lost.source_row, lines.landing_index
),

behind as (
    from before
    asof join lines on before.source_file = lines.source_file and before.source_row < lines.source_row
    select before.source_file, before.source_row, lines.landing_index
    where before.landing_index is null
),

placed as (
    from before
    select *
    where landing_index is not null
    union all by name
    from behind
),

gaps as (
    from placed
    select landing_index, min(source_row) as lost_row
    group by landing_index
),

stretches as (
    from lines
    select
        source_id,
        occurrence,
        landing_index,
        source_file,
        min(record) as first_record,
        list(source_row order by record) as source_rows,
    group by all
),

runs as (
    from stretches
    select
        source_id,
        occurrence,
        landing_index,
        list({'source_file': source_file, 'source_rows': source_rows} order by first_record) as rows_by_file,
    group by all
)

from runs
left join gaps using (landing_index)
select
    make_trajectory_id('proactive-gym', source_id, occurrence) as trajectory_id,
    'proactive-gym' as dataset,
    landing_index,
    source_id,
    rows_by_file[1].source_file as source_file,
    rows_by_file[1].source_rows as source_rows,
    'proactive-gym/' || regexp_replace(source_id, '_noagent$', '') as task_id,
    case when lost_row is not null then 'unreadable_step' end as exclusion,
    'line ' || lost_row || ' of the dump could not be read' as exclusion_detail,
    case when len(rows_by_file) > 1 then json_object('further_source_rows', rows_by_file[2:]) end as details,
order by landing_index
;
