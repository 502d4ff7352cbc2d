-- sft.std
-- grain     one row per trajectory, excluded ones too
-- key       id
-- upstream  sft.endings, sft.shared_thoughts, standard.datasets, standard.steps, standard.trajectories
--
-- The standardized form of the Agent Data Protocol: a list of events whose class is in `class_`, thoughts as
-- `description` (on each of several parallel calls), arguments as `kwargs`, the last message between <finish> tags.
-- Keys that the protocol added later (tool_call_id, reasoning_content, reward) stand only where there is a value.
-- A step whose details name an `adp_source` says that: the protocol knows no better speaker than the role of a message.
-- `trained` says whether the trajectory may be trained on; why not is in details. What a corpus marks as copied context
-- or as no model's doing is left out: the form has no such mark, and who reads it trains on all of it.
--
-- What was taken in in this very form goes out as it came: nothing is closed or cut, and where staging kept the whole
-- of an event, that is it.
create or replace view sft.std as
with

told as (
    from standard.steps as steps
    join standard.datasets as datasets using (dataset)
    join sft.endings as endings using (trajectory_id)
    left join sft.shared_thoughts as shared
        on shared.trajectory_id = steps.trajectory_id
        and shared.turn_index = steps.turn_index
        and shared.step_index < steps.step_index
    select
        steps.*,
        endings.last_step,
        endings.user_closing,
        endings.agent_closing,
        coalesce(datasets.format = 'adp-std', false) as is_as_taken_in,
        datasets.format is not null as is_corpus,
        case when is_as_taken_in then 'as taken in' else endings.ending end as ending,
        function = 'finish' and not is_as_taken_in as is_finish,
        case when is_as_taken_in then steps.thought else coalesce(steps.thought, shared.thought) end as description,
),

events as (
    from told
    select
        trajectory_id,
        step_index,
        ending,
        user_closing,
        agent_closing,
        coalesce(
            cast(details -> '$.adp_event' as varchar),
            std_event(
                case when is_finish then 'message_action' else class end,
                coalesce(details ->> '$.adp_source', source),
                case
                    when is_finish then finish_message(finish_words(arguments))
                    when class = 'message_action' and ending = 'message' and step_index = last_step
                        then finish_message(content)
                    else content
                end,
                name,
                url,
                html,
                case when not contains(coalesce(cast(details as varchar), ''), '"axtree_from"') then axtree end,
                images,
                annotations,
                viewport,
                language,
                function,
                case
                    -- as the source names the element
                    when contains(cast(details as varchar), '"xpath"') and (details ->> '$.xpath') is not null
                        then renamed_argument(arguments, 'bid', 'xpath', details ->> '$.xpath')
                    else arguments
                end,
                description,
                case when (details -> '$.made_id') is null then tool_call_id end,
                reasoning,
                reward
            )
        ) as event,
    where is_as_taken_in or (step_index <= last_step and (trainable or source = 'user' or not is_corpus))
),

facts as (
    from standard.trajectories
    join standard.datasets as datasets using (dataset)
    select
        trajectory_id,
        without_members(
            json_object(
                'task_id', task_id,
                'outcome', outcome,
                'reward', reward,
                'model', model,
                'agent', agent,
                'exclusion', coalesce(exclusion, case when is_test_data then 'test_data' end),
                'exclusion_detail', exclusion_detail
            ),
            []
        ) as known,
),

contents as (
    from events
    select
        trajectory_id,
        any_value(ending) as ending,
        any_value(user_closing) as user_closing,
        any_value(agent_closing) as agent_closing,
        list(cast(event as json) order by step_index) as events,
    group by trajectory_id
)

from standard.trajectories as trajectories
join standard.datasets as datasets using (dataset)
join facts using (trajectory_id)
left join contents using (trajectory_id)
select
    trajectory_id as id,
    case
        when ending = 'outcome' then list_append(
            events,
            cast(
                concat(
                    '{"class_":"message_action","content":', to_json(finish_message(agent_closing)),
                    ',"description":null}'
                ) as json
            )
        )
        when ending = 'call' then list_concat(
            events,
            [
                cast(
                    concat(
                        '{"class_":"text_observation","content":', to_json(user_closing),
                        ',"name":null,"source":"user"}'
                    ) as json
                ),
                cast(
                    concat(
                        '{"class_":"message_action","content":',
                        to_json(finish_message(agent_closing)),
                        ',"description":null}'
                    ) as json
                )
            ]
        )
        else coalesce(events, [])
    end as content,
    case
        when datasets.format = 'adp-std' then with_missing_members(coalesce(trajectories.details, '{}'), known)
        else with_missing_members(known, trajectories.details)
    end as details,
    exclusion is null and not is_test_data as trained,
    dataset,
order by dataset, landing_index
;

from sft.std;
