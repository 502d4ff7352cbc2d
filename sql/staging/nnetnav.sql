-- staging.nnetnav_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.nnetnav_live, raw.nnetnav_wa
--
-- How steps of nnetnav-live and of nnetnav-wa are read, which are alike but for the websites. A view, of which either
-- dataset makes its table: asked for one `dataset`, DuckDB drops the other branch of the union before it runs.
--
-- A dump has one line per model call; adjacent lines of one id are a trajectory. A line holds a system prompt, what
-- the agent was shown (`OBSERVATION:` the page, `URL:`, `OBJECTIVE:`, `PREVIOUS ACTIONS:`) and its answer: thoughts
-- that end in "In summary, the next action I will perform is" and, in a fence, `click [52]`. So a trajectory is the
-- objective (step 0) and, per line, a page and an action. `output` and `prompt` repeat the messages and are not read.
--
-- The action is the first fenced text that is one. Some answers hold a whole second answer between their fences, with
-- the action at its end: what stands there beside the action is kept in the details, as `fenced`. Of a line that cannot
-- be read the texts are kept as they are; `unreadable` in the details says why, and the trajectory is excluded.
--
-- Nothing sorts or regroups the pages. What a line needs of its neighbours, the run's first line and whether the line
-- before called something, comes from a second, narrow reading of the answers (15 % more work than a streaming window,
-- but on all cores and whatever the order in which rows are read).
create or replace view staging.nnetnav_steps as
with

raw_lines as (
    from raw.nnetnav_live
    select 'nnetnav-live' as collection, record, source_id, occurrence, messages, n_tokens
    union all by name
    from raw.nnetnav_wa
    select 'nnetnav-wa' as collection, record, source_id, occurrence, messages, n_tokens
),

lines as (
    from raw_lines
    select
        collection,
        record,
        source_id,
        occurrence,
        n_tokens,
        array_to_string(list_transform(messages, lambda message: message.role), ', ') as roles,
        case
            when roles in ('system, user, assistant', 'user, assistant') then messages[-2].content
            else list_filter(messages, lambda message: message.role = 'user')[-1].content
        end as prompt,
        case
            when roles in ('system, user, assistant', 'user, assistant') then messages[-1].content
            else list_filter(messages, lambda message: message.role = 'assistant')[-1].content
        end as answer,
),

cut_lines as (
    from lines
    select
        *,
        string_split(prompt, chr(10) || 'URL:') as prompt_parts,
        string_split(answer, '```') as answer_parts,
        array_to_string(answer_parts[2:], '```') as behind_fence,
),

searched_lines as (
    from cut_lines
    select
        *,
        shown_objective(prompt_parts) as objective,
        coalesce(starts_with(prompt, 'OBSERVATION:') and objective is not null, false) as has_page,
        list_transform(
            [answer_parts[2], behind_fence] || answer_parts[3:],
            lambda piece: browser_action_in(piece)
        ) as candidates,
        list_position(list_transform(candidates, lambda candidate: candidate <> ''), true) as place,
        candidates[place] as action,
        case
            when place < 3 then 2
            when ends_with(regexp_replace(answer_parts[1], '[\s:]+$', ''), 'the next action I will perform is') then 2
            else place
        end as first_fenced,
),

read_lines as not materialized (
    from searched_lines
    select
        collection,
        record,
        source_id,
        occurrence,
        objective,
        has_page,
        prompt,
        prompt_parts,
        case
            when action is null then coalesce(answer, '')
            when browser_verb(action) = 'stop' then in_brackets(action)
        end as message,
        browser_function(action) as function,
        browser_arguments(action) as arguments,
        case
            when action is not null then without_summary(array_to_string(answer_parts[:first_fenced - 1], '```'))
        end as thought,
        json_merge_patch('{}', to_json({
            'n_tokens': n_tokens,
            'fenced': fenced_beside(action, array_to_string(answer_parts[first_fenced:], '```')),
            'unreadable': case
                when roles not in ('system, user, assistant', 'user, assistant')
                    then 'messages of ' || coalesce(nullif(roles, ''), 'nobody')
                when not has_page
                    then 'no page with an objective: ' || coalesce(prompt[:200], 'nothing')
                when action is null
                    then 'no action: ' || coalesce(nullif(rtrim(behind_fence, '`'), ''), answer, 'nothing')[-200:]
            end
        })) as details,
),

runs as (
    from read_lines
    select
        collection,
        source_id,
        occurrence,
        min(record) as landing_index,
        list(record order by record) filter (function is not null) as calls,
    group by all
),

placed_lines as (
    from read_lines
    join runs using (collection, source_id, occurrence)
    select
        * exclude (source_id, occurrence, record, calls),
        make_trajectory_id(collection, source_id, occurrence) as trajectory_id,
        cast(record - landing_index as integer) as turn_index,
        list_contains(calls, record - 1) as answers_call,
),

listed_lines as (
    from placed_lines
    select
        collection,
        trajectory_id,
        landing_index,
        turn_index,
        [
            {
                'step_index': 0,
                'class': 'text_observation',
                'kind': 'observation',
                'source': 'user',
                'content': framed_objective(objective),
                'function': null::varchar,
                'arguments': null::json,
                'thought': null::varchar,
                'tool_call_id': null::varchar,
                'url': null::varchar,
                'axtree': null::varchar,
                'details': null::json
            },
            {
                'step_index': 2 * turn_index + 1,
                'class': case when has_page then 'web_observation' else 'text_observation' end,
                'kind': 'observation',
                'source': 'environment',
                'content': case when has_page then null else coalesce(prompt, '') end,
                'function': null,
                'arguments': null,
                'thought': null,
                'tool_call_id': case when answers_call then 'call_' || 2 * turn_index end,
                'url': case when has_page then shown_address(prompt_parts) end,
                'axtree': case when has_page then shown_page(prompt_parts) end,
                'details': null
            },
            {
                'step_index': 2 * turn_index + 2,
                'class': case when function is null then 'message_action' else 'api_action' end,
                'kind': 'action',
                'source': 'agent',
                'content': message,
                'function': function,
                'arguments': arguments,
                'thought': thought,
                'tool_call_id': case when function is not null then 'call_' || (2 * turn_index + 2) end,
                'url': null,
                'axtree': null,
                'details': details
            }
        ] as steps,
),

steps as (
    from listed_lines
    select
        collection,
        trajectory_id,
        landing_index,
        turn_index,
        unnest(case when turn_index = 0 then steps else steps[2:] end) as step,
)

from steps
select
    trajectory_id,
    collection as dataset,
    landing_index,
    step.step_index,
    case step.kind when 'action' then turn_index end as turn_index,
    step.class,
    step.kind,
    step.source,
    step.content,
    step.function,
    step.arguments,
    step.thought,
    step.tool_call_id,
    step.url,
    step.axtree,
    step.details,
;

-- staging.nnetnav_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.nnetnav_live, raw.nnetnav_wa, raw.rejections
--
-- A trajectory but for what its steps say of it. A rejected line belongs to the trajectory around it; one between two
-- trajectories to the later one, if that one's first line tells of earlier actions: `rejected_row` is its number.
-- Should a run go on in a second file of the dump, `source_rows` are those of the first, and the details list the
-- others as `further_source_rows`.
create or replace view staging.nnetnav_trajectories as
with

raw_lines as (
    from raw.nnetnav_live
    select 'nnetnav-live' as collection, * exclude (output, prompt, n_tokens, raw_extra)
    union all by name
    from raw.nnetnav_wa
    select 'nnetnav-wa' as collection, * exclude (output, prompt, n_tokens, raw_extra)
),

stretches as (
    from raw_lines
    select
        collection,
        source_id,
        occurrence,
        source_file,
        list(source_row order by record) as source_rows,
        min(record) as first_record,
    group by all
),

runs as (
    from stretches
    select
        collection,
        source_id,
        occurrence,
        min(first_record) as landing_index,
        list({'source_file': source_file, 'source_rows': source_rows} order by first_record) as rows_by_file,
    group by all
),

first_lines as (
    from raw_lines as lines
    join runs on lines.collection = runs.collection and lines.record = runs.landing_index
    select
        runs.*,
        lines.dataset as website,
        lines.task_name,
        case messages[1].role when 'system' then messages[1].content end as system_prompt,
        string_split(
            list_filter(messages, lambda message: message.role = 'user')[-1].content, chr(10) || 'URL:'
        ) as prompt_parts,
),

lost_lines as (
    from raw.rejections as rejected
    asof join raw_lines as next_line
        on rejected.dataset = next_line.collection
        and rejected.source_file = next_line.source_file
        and rejected.source_row < next_line.source_row
    select
        next_line.collection,
        next_line.source_id,
        next_line.occurrence,
        next_line.record as next_record,
        rejected.source_row,
),

gaps as (
    from lost_lines
    join first_lines using (collection, source_id, occurrence)
    select
        collection,
        source_id,
        occurrence,
        min(source_row) as rejected_row,
    where next_record > landing_index or contains(prompt_parts[-1], chr(10) || '2: ')
    group by all
)

from first_lines
left join gaps using (collection, source_id, occurrence)
select
    make_trajectory_id(collection, source_id, occurrence) as trajectory_id,
    collection as dataset,
    landing_index,
    source_id,
    rows_by_file[1].source_file as source_file,
    rows_by_file[1].source_rows as source_rows,
    task_hash(shown_objective(prompt_parts)) as task_id,
    rejected_row,
    system_prompt,
    json_merge_patch('{}', to_json({
        'source': collection,
        'collection': website,
        'task_name': nullif(task_name, source_id),
        'further_source_rows': case when len(rows_by_file) > 1 then rows_by_file[2:] end
    })) as details,
;
