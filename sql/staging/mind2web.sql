-- staging.mind2web_steps
-- grain     one row per step
-- key       trajectory_id, step_index
-- upstream  raw.mind2web
--
-- A record is a task on a website (`website`: `enterprise`) and its actions; each has the page as it was before it
-- (`raw_html`, half a megabyte and more), what is done (`operation`: `{"op": "TYPE", "value": "Brooklyn"}`) and the
-- elements that it may be done to (`pos_candidates`), each with the number that it bears in the page as an attribute:
-- `<input backend_node_id="136">`. So a trajectory is the task, the call that opens the website, and per action a page
-- and a call; there is no page behind the last one.
--
-- Of several candidates the one counts that was really used (`is_original_target`). An action without a candidate, or
-- with an operation other than CLICK, TYPE and SELECT, cannot be read: its line of `action_reprs` stands for it.
create or replace table staging.mind2web_steps as
with

records as (
    from raw.mind2web
    select
        record,
        source_id,
        occurrence,
        website,
        confirmed_task,
        action_reprs,
        coalesce(actions, []) as actions,
),

listed as (
    from records
    select
        record,
        source_id,
        occurrence,
        [
            {
                'class': 'text_observation',
                'kind': 'observation',
                'source': 'user',
                'content': concat('Go to the website ' || website_address(website) || ' and ', confirmed_task),
                'function': null::varchar,
                'arguments': null::json,
                'html': null::varchar,
                'details': null::json
            },
            {
                'class': 'api_action',
                'kind': 'action',
                'source': 'agent',
                'content': null,
                'function': 'goto',
                'arguments': json_object('url', coalesce(website_address(website), '')),
                'html': null,
                'details': null
            }
        ] || flatten(
            list_transform(
                actions,
                lambda action, place: list_transform(
                    [
                        {
                            'function': lower(trim(action.operation.op)),
                            'target': chosen_candidate(action.pos_candidates),
                            'unreadable': case
                                when chosen_candidate(action.pos_candidates) is null then 'no element to act on'
                                when coalesce(lower(trim(action.operation.op)), '') not in ('click', 'type', 'select')
                                    then 'no such operation: ' || coalesce(action.operation.op, 'none')
                            end
                        }
                    ],
                    lambda act: [
                        {
                            'class': 'web_observation',
                            'kind': 'observation',
                            'source': 'environment',
                            'content': null,
                            'function': null,
                            'arguments': null,
                            'html': coalesce(action.raw_html, action.cleaned_html, ''),
                            'details': null
                        },
                        {
                            'class': case when act.unreadable is null then 'api_action' else 'message_action' end,
                            'kind': 'action',
                            'source': 'agent',
                            'content': case
                                when act.unreadable is not null then coalesce(
                                    nullif(action_reprs[place], ''),
                                    nullif(concat_ws(' ', action.operation.op, action.operation.value), ''),
                                    act.unreadable
                                )
                            end,
                            'function': case when act.unreadable is null then act.function end,
                            'arguments': case
                                when act.unreadable is not null then null
                                when act.function = 'click' then json_object('xpath', act.target)
                                else json_object('xpath', act.target, 'value', coalesce(action.operation.value, ''))
                            end,
                            'html': null,
                            'details': json_merge_patch('{}', to_json({
                                'action_uid': action.action_uid,
                                'action_repr': action_reprs[place],
                                'original_op': action.operation.original_op,
                                'unreadable': act.unreadable
                            }))
                        }
                    ]
                )[1]
            )
        ) as steps,
),

steps as (
    from listed
    select
        make_trajectory_id('mind2web', source_id, occurrence) as trajectory_id,
        record,
        unnest(steps) as step,
        generate_subscripts(steps, 1) - 1 as step_index,
        list_transform(steps, lambda other: other.class) as classes,
)

from steps
select
    trajectory_id,
    'mind2web' as dataset,
    record as landing_index,
    cast(step_index as integer) as step_index,
    case step.kind when 'action' then cast((step_index - 1) // 2 as integer) end as turn_index,
    step.class,
    step.kind,
    step.source,
    step.content,
    step.function,
    step.arguments,
    case
        when step.class = 'api_action' then 'call_' || step_index
        when step.class = 'web_observation' and classes[step_index] = 'api_action' then 'call_' || (step_index - 1)
    end as tool_call_id,
    step.html,
    step.details,
;

-- staging.mind2web_trajectories
-- grain     one row per trajectory
-- key       trajectory_id
-- upstream  raw.mind2web, staging.mind2web_steps
create or replace table staging.mind2web_trajectories as
with

unread as (
    from staging.mind2web_steps
    select
        trajectory_id,
        min(step_index) as step_index,
        arg_min(details ->> '$.unreadable', step_index) as reason,
    where details ->> '$.unreadable' is not null
    group by trajectory_id
),

records as (
    from raw.mind2web
    select
        record,
        source_id,
        source_file,
        source_row,
        website,
        domain,
        subdomain,
        confirmed_task,
        coalesce(len(actions), 0) as actions,
        make_trajectory_id('mind2web', source_id, occurrence) as trajectory_id,
)

from records
left join unread using (trajectory_id)
select
    trajectory_id,
    'mind2web' as dataset,
    record as landing_index,
    source_id,
    source_file,
    [source_row] as source_rows,
    task_hash(concat(website_address(website), ' ', confirmed_task)) as task_id,
    case
        when unread.reason is not null or website is null then 'unreadable_step'
        when actions = 0 then 'incomplete'
    end as exclusion,
    case
        when unread.reason is not null then concat('step ', unread.step_index, ': ', unread.reason)
        when website is null then 'no website'
        when actions = 0 then 'nothing is done on the website'
    end as exclusion_detail,
    json_merge_patch('{}', to_json({
        'website': website,
        'domain': domain,
        'subdomain': subdomain
    })) as details,
;
