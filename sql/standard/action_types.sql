-- standard.action_types
-- grain     one row per action
-- key       trajectory_id, step_index
-- upstream  standard.ruled_actions, standard.steps
--
-- What an action is for, by our rules (standard.ruled_actions) and beside it, as `original_action_type`, by the
-- published ones of the Speculative Tool Actions: regular expressions over the text of the message with its calls as
-- JSON, first match wins. A message has one type there, so the actions of a turn share it. A call of toolbench is
-- prose.
--
-- The published rules read all text of all messages, which takes longer than ours and anything else in a build: they
-- are for whoever compares the two, so they are asked when somebody does.
create or replace view standard.action_types as
with

actions as (
    from standard.steps
    select
        *,
        case when class in ('code_action', 'api_action') then called_command(function, arguments, language, content) end
            as command,
    where kind = 'action'
),

published as (
    from actions
    select
        trajectory_id,
        turn_index,
        published_action_type(
            concat(
                string_agg(
                    case
                        when dataset = 'toolbench' and class = 'api_action' then concat_ws(
                            chr(10), 'thought: ' || coalesce(thought, ''), 'action: ' || function,
                            'action input: ' || cast(arguments as varchar)
                        )
                        when class = 'message_action' then concat_ws(chr(10), thought, content)
                        else thought
                    end,
                    chr(10) order by step_index
                ),
                ' ['
                || string_agg(
                    case
                        when dataset = 'toolbench' then null
                        when class = 'api_action' then published_call(function, arguments, tool_call_id)
                        when class = 'code_action' then published_call(
                            language,
                            concat(
                                '{"', case when command is null then 'code' else 'command' end, '": ',
                                to_json(content), '}'
                            ),
                            tool_call_id
                        )
                    end,
                    ', ' order by step_index
                )
                || ']'
            )
        ) as original_action_type,
    group by trajectory_id, turn_index
)

from standard.ruled_actions as ruled
join published using (trajectory_id, turn_index)
select
    ruled.trajectory_id,
    ruled.step_index,
    ruled.dataset,
    ruled.landing_index,
    ruled.turn_index,
    ruled.action_type,
    ruled.rule_id,
    ruled.confidence,
    original_action_type,
order by ruled.dataset, ruled.landing_index, ruled.step_index
;
