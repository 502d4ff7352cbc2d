-- staging.go_browse_wa_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.go_browse_wa
--
-- Browsing of WebArena's websites. The dump has one line per model call: `traj_data` says the goal and what was
-- reached of it, `step_data` the page that the agent was shown, as an accessibility tree, and its answer, which is JSON
-- text such as `{"thought": "...", "action": "click('149')"}`. Lines of one trajectory stand together: a new one begins
-- where the goal, the page that the task belongs to or the number of the try is another, or where the steps do not go
-- on counting. So a trajectory is the goal (step 0) and, per line, a page and an action. `send_msg_to_user` and
-- `report_infeasible` are the agent's words. What an action did wrong the next page says, as `last_action_error`, in
-- its details.
create or replace table staging.go_browse_wa_steps as
with

lines as (
    from raw.go_browse_wa
    select
        record,
        coalesce(step_data, "json".step_data) as step,
        coalesce(traj_data, "json".traj_data) as traj,
        coalesce(node_data, "json".node_data) as node,
),

answers as (
    from lines
    select
        record,
        go_browse_task(traj, node) as task,
        step.step_number as step_number,
        coalesce(traj ->> '$.goal', '') as goal,
        coalesce(try_cast(step.action as json) ->> '$.action', step.parsed_action) as action,
        nullif(coalesce(try_cast(step.action as json) ->> '$.thought', step.thought), '') as thought,
        coalesce(step.action, '') as answer,
        json_extract(step.misc, '$.model_usage') as usage,
),

read_answers as (
    from answers
    select
        *,
        written_call(action).function as called,
        arguments_by_name(written_call(action).arguments, browsergym_parameters(called)) as given,
        case
            when called = 'send_msg_to_user' then given ->> '$.text'
            when called = 'report_infeasible' then given ->> '$.reason'
        end as words,
        case when words is null and browsergym_parameters(called) is not null then given end as arguments,
),

begun as (
    from read_answers
    select
        *,
        coalesce(task <> lag(task) over landing, true)
        or coalesce(step_number <= lag(step_number) over landing, false) as begins
    window landing as (order by record)
),

numbered as (
    from begun
    select
        *,
        sum(cast(begins as integer)) over (order by record rows unbounded preceding) - 1 as run,
),

placed as (
    from numbered
    select
        *,
        min(record) over run_so_far as landing_index,
        cast(record - min(record) over run_so_far as integer) as turn_index,
        coalesce(not begins and lag(arguments) over (order by record) is not null, false) as answers_call
    window run_so_far as (partition by run order by record rows unbounded preceding)
),

listed as (
    from placed
    join lines using (record)
    select
        'go-browse-wa/' || run as trajectory_id,
        landing_index,
        [
            told_step(0, 'user', goal, null, null),
            case
                when (step.obs ->> '$.axtree_txt') is null then told_step(
                    2 * turn_index + 1,
                    'environment',
                    '',
                    case when answers_call then concat('call_', 2 * turn_index) end,
                    to_json({'unreadable': 'no page'})
                )
                else page_step(
                    2 * turn_index + 1,
                    null,
                    null,
                    step.obs ->> '$.axtree_txt',
                    case when answers_call then concat('call_', 2 * turn_index) end,
                    json_merge_patch('{}', to_json({
                        'last_action_error': nullif(step.obs ->> '$.last_action_error', ''),
                        'open_pages_titles': json_extract(step.obs, '$.open_pages_titles')
                    }))
                )
            end,
            act_step(
                2 * turn_index + 2,
                turn_index,
                called,
                arguments,
                thought,
                coalesce(words, action, answer),
                json_merge_patch('{}', to_json({
                    'function': case when called = 'report_infeasible' then called end,
                    'model_usage': usage,
                    'unreadable': case
                        when words is null and arguments is null
                            then 'no rule reads ' || coalesce(nullif(coalesce(action, answer), ''), 'nothing')[:200]
                    end
                }))
            )
        ] as steps,
),

steps as (
    from listed
    select
        trajectory_id,
        landing_index,
        unnest(case when steps[2].step_index = 1 then steps else steps[2:] end) as step,
)

from steps
select
    trajectory_id,
    'go-browse-wa' as dataset,
    landing_index,
    unnest(step),
;

-- staging.go_browse_wa_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.go_browse_wa, raw.rejections, staging.go_browse_wa_steps
--
-- The source does not number trajectories as a whole: the id counts them in landing order, from 0. A task is tried
-- several times. Left out of training is what the source gives less than the full reward, what does not end in words to
-- the user, and what lacks a line that could not be landed. Should a trajectory go on in a second file of the dump,
-- `source_rows` are those of the first, and the details list the others as `further_source_rows`.
create or replace table staging.go_browse_wa_trajectories as
with

endings as (
    from staging.go_browse_wa_steps
    select
        trajectory_id,
        landing_index,
        cast(max(turn_index) as bigint) as last_turn,
        browsing_ending(class, step_index, details) as ending,
    group by trajectory_id, landing_index
),

stretches as (
    from raw.go_browse_wa as lines
    join endings on lines.record between endings.landing_index and endings.landing_index + endings.last_turn
    select
        endings.landing_index,
        lines.source_file,
        min(record) as first_record,
        list(lines.source_row order by lines.record) as source_rows,
    group by all
),

gaps as (
    from stretches
    join raw.rejections as rejected
        on rejected.dataset = 'go-browse-wa'
        and rejected.source_file = stretches.source_file
        and rejected.source_row between source_rows[1] and source_rows[-1]
    select landing_index, min(rejected.source_row) as rejected_row
    group by landing_index
),

files as (
    from stretches
    select
        landing_index,
        list({'source_file': source_file, 'source_rows': source_rows} order by first_record) as rows_by_file,
    group by landing_index
),

first_lines as (
    from raw.go_browse_wa as lines
    join endings on lines.record = endings.landing_index
    join files using (landing_index)
    left join gaps using (landing_index)
    select
        endings.*,
        files.rows_by_file,
        gaps.rejected_row,
        coalesce(step_data, "json".step_data).misc as misc,
        coalesce(traj_data, "json".traj_data) as traj,
        coalesce(node_data, "json".node_data) as node,
        coalesce(graph_data, "json".graph_data) as graph,
        try_cast(traj ->> '$.reward' as double) as reward,
)

from first_lines
select
    trajectory_id,
    'go-browse-wa' as dataset,
    landing_index,
    split_part(trajectory_id, '/', 2) as source_id,
    rows_by_file[1].source_file as source_file,
    rows_by_file[1].source_rows as source_rows,
    task_hash(traj ->> '$.goal') as task_id,
    md5(cast(go_browse_goal(traj, node) as varchar)) as group_id,
    coalesce(try_cast(traj ->> '$.success' as boolean), reward >= 1) as outcome,
    reward,
    case
        when rejected_row is null and ending.unreadable is null and reward < 1 then 'unresolved'
        else browsing_exclusion(rejected_row, ending)
    end as exclusion,
    case
        when rejected_row is null and ending.unreadable is null and reward < 1 then 'reward ' || reward
        else browsing_exclusion_detail(rejected_row, ending)
    end as exclusion_detail,
    misc ->> '$.agent_config.model_id' as model,
    misc ->> '$.agent_config.name' as agent,
    json_merge_patch('{}', to_json({
        'source': 'go-browse-wa',
        'domain': graph ->> '$.domain',
        'node_url': node ->> '$.node_url',
        'traj_num': json_extract(traj, '$.traj_num'),
        'agent_config': json_extract(misc, '$.agent_config'),
        'further_source_rows': case when len(rows_by_file) > 1 then rows_by_file[2:] end
    })) as details,
;
