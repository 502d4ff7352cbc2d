"""The checks hold for sound trajectories, and each one finds what it is there to find."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from adp import queries
from loaders.base import DATASETS, FORMATS
from schema import sft
from tests.rendering import Step, Warehouse, bash, call, notice, page, result, say, user

CHECKS = queries.find("checks")
WEB = "staging.nnetnav_live"
CODE = "staging.swe_smith"
SHELL = "staging.agenttuning_os"

BROWSED: tuple[Step, ...] = (
    user("Find the price."),
    page("Page 1", "https://a.example/"),
    call("click", {"bid": "9"}, "I open it."),
    page("Page 2", answers=True),
    call("go_back"),
    page("Page 1", answers=True),
    say("It costs 12.", "There it is."),
)
MENDED: tuple[Step, ...] = (
    user("Mend it."),
    bash("ls", "I look and read."),
    result("a.py"),
    call("str_replace_editor", {"command": "view", "path": "/a.py"}).in_same_turn(),
    result("x = 1"),
    call("submit"),
)

REWARD = "staging.proactive_reward"
GYM = "staging.proactive_gym"

HELD_OUT = "swe-smith/d"  # by the md5 of its id
COUNTED: tuple[Step, ...] = (user("Count."), bash("ls | wc -l", "I count."), result("3"), say("Three."))


def chat(*said: dict[str, Any]) -> str:
    """A training set of one conversation with tool calls, between a first word and a last one."""
    messages = [{"role": "user", "content": "Go."}, *said, {"role": "assistant", "content": "Done."}]
    listed = ", ".join("'" + json.dumps(message).replace("'", "''") + "'::json" for message in messages)
    return (
        "create or replace view sft.openhands_tools as "
        f'select \'nnetnav-live/a\' as id, [\'{{"role": "system", "content": ""}}\'::json, {listed}] as messages'
    )


def calls(arguments: str = '{"bid": "1"}', name: str = "browser_click", call_id: str = "1") -> dict[str, Any]:
    """A message of the agent that calls a tool."""
    function = {"name": name, "arguments": arguments}
    return {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": call_id, "type": "function", "function": function}],
    }


def answer(call_id: str = "1") -> dict[str, Any]:
    """The result of a call."""
    return {"role": "tool", "tool_call_id": call_id, "content": ""}


def commands(text: str) -> str:
    """A training set of one answer of mini-swe-agent."""
    return f"""create or replace view sft.mini_swe_agent as
        select 'x' as id, 'x' as system, [{{'from': 'human', 'value': ''}}, {{'from': 'gpt', 'value': '{text}'}}]
        as conversations"""


def asked(target: str, trajectory_id: str, *events: str) -> str:
    """A training set of one question that shows these events."""
    heading = "Observations (Time Ascending)" if target == "reward" else "Observations"
    content = json.dumps({heading: [{"event": text} for text in events]})
    return f"""create or replace view sft.{target} as
        select 'x' as id, '{trajectory_id}' as trajectory_id, 0 as step_index,
        [{{'role': 'user', 'content': '{content}'}}, {{'role': 'assistant', 'content': ''}}] as conversations"""


def event(text: str, **details: Any) -> Step:
    """Something that happens at a desktop."""
    return Step({**notice(text).values, "details": json.dumps(details)})


def add_desktops(warehouse: Warehouse) -> None:
    """A trace of the bench, two rows of reward data of which one shows it, and a run of the gym."""
    warehouse.add("proactive-bench/a", event("The user opens a map.", turn=0), say("Plan a trip."))
    facts = {"task": "Help.", "turn": 0, "valid": True, "category": "Correct-Detection (CD)"}
    warehouse.add("proactive-reward/a", event("The user sighs.", turn=0), say("Help."), details=facts)
    warehouse.add("proactive-reward/b", event("The user opens a map.", turn=0), say("Help."), details=facts)
    accepted = Step({**say("Tea.", "He yawns.").values, "details": '{"accepted": true, "status": "proposed"}'})
    silent = event("He thinks of tea.", tags=["env.status"])
    warehouse.add("proactive-gym/a", event("The user yawns.", tags=["events"]), silent, accepted)
    for row, place in (("a", 8), ("b", 9)):
        for annotator in "12":
            warehouse.con.execute(
                "insert into staging.proactive_reward_annotations values (?, 'proactive-reward', ?, 0, ?, ['Help.'],"
                " 'true', 'selected', [true], null)",
                [f"proactive-reward/{row}", place, annotator],
            )


QUESTION = {"role": "user", "content": "Go. [Next Action Prediction]"}


def foreseen(target: str, *prompt: dict[str, Any]) -> str:
    """A set of the Speculative Tool Actions with one row: the last message of MENDED behind this prompt."""
    listed = (
        "[" + ", ".join("'" + json.dumps(message).replace("'", "''") + "'::json" for message in prompt) + "]::json[]"
    )
    return f"""create or replace view sft.{target} as
        select 'x' as id, 'swe-smith/a' as trajectory_id, 5 as step_index, {listed} as prompt, {listed} as messages,
        'verifier' as action_type, true as is_synthetic, 0 as rejected_step_index,
        ['{{"content": "Action: verifier"}}'::json] as completion,
        ['{{"content": "Action: verifier"}}'::json] as chosen, ['{{"content": "Other"}}'::json] as rejected"""


BLOCK = "```mswea_bash_command\nls\n```"


# Check -> SQL that breaks what it watches over, by what is broken. `web/a` and `web/b` are BROWSED, `code/a` is MENDED,
# `shell/a` is COUNTED.
BREAKS: dict[str, dict[str, str]] = {
    "arguments_are_objects": {
        "a key twice": f"""update {WEB}_steps set arguments = '{{"bid": "1", "bid": "2"}}' where function = 'click'""",
        "a list": f"update {WEB}_steps set arguments = '[1]' where function = 'click'",
        "none": f"update {WEB}_steps set arguments = null where function = 'click'",
        "of a message": f"update {WEB}_steps set arguments = '{{}}' where class = 'message_action'",
    },
    "bench_is_not_in_training": {
        "nothing is left out": "delete from sft.unfit where reason = 'bench_event'",
        "a new event of the bench": """update staging.proactive_bench_steps set content = 'The  user SIGHS.'
            where step_index = 0""",
        "of the gym": "update staging.proactive_bench_steps set content = 'The user yawns.' where step_index = 0",
        "answers on the bench": """insert into staging.proactive_traces_steps
            (trajectory_id, dataset, step_index, class, kind, content, recorded_at)
            values ('proactive-traces/m/a', 'proactive-traces', 0, 'text_observation', 'observation',
            'The user sighs.', '2024-06-03')""",
    },
    "calls_are_linked": {
        "one id twice": f"update {WEB}_steps set tool_call_id = 'call_2' where step_index = 4",
        "a call without an id": f"update {WEB}_steps set tool_call_id = null where step_index = 4",
        "an answer to nothing": f"update {WEB}_steps set tool_call_id = 'call_9' where step_index = 5",
        "an answer to a later call": f"update {WEB}_steps set tool_call_id = 'call_4' where step_index = 3",
        "the user answers": f"update {WEB}_steps set source = 'user' where step_index = 3",
        "a result without an id": f"update {WEB}_steps set tool_call_id = null where step_index = 3",
    },
    "calls_fit_their_tools": {
        "no such tool": f"update {WEB}_steps set function = 'fly' where function = 'click'",
        "a parameter missing": f"update {WEB}_steps set arguments = '{{}}' where function = 'click'",
        "a parameter too many": f"""update {WEB}_steps set arguments = '{{"x": 1}}' where function = 'go_back'""",
        "of the agent's own tool": f"""update {CODE}_steps set arguments = '{{"command": "view"}}'
            where function = 'str_replace_editor'""",
    },
    "catalogue_is_complete": {
        "an unknown dataset": f"update {WEB}_trajectories set dataset = 'nowhere'",
        "a set of tools missing": "create or replace view standard.toolsets as select '' as toolset_id, '' as tools",
        "a prompt missing": "create or replace view standard.prompts as select '' as prompt_id, '' as text",
    },
    "commands_come_alone": {
        "no command": commands("I think."),
        "two commands": commands(f"{BLOCK}\n\n{BLOCK}"),
        "an empty one": commands("```mswea_bash_command\n \n```"),
        "a block that does not end": commands(f"{BLOCK}\n\n```mswea_bash_command\nls"),
    },
    "exclusion_codes_are_known": {
        "in standard": f"update {WEB}_trajectories set exclusion = 'dislike'",
        "of a target": "insert into sft.unfit (target, trajectory_id, reason) select 'openhands', 'x', 'dislike'",
        "of a set": "update sft.decision_misfits set reason = 'dislike'",
        "an unknown target": "update sft.unfit set target = 'nobody'",
        "of no trajectory": """insert into sft.unfit (target, trajectory_id, reason)
            select 'agentlab', 'x', 'web'""",
    },
    "first_turn_is_the_users": {
        "the agent begins": f"""update {WEB}_steps set kind = 'action', class = 'message_action', source = 'agent'
            where step_index = 0""",
    },
    "held_out_tasks_are_not_trained_on": {
        "one task on both sides": f"""alter table {CODE}_trajectories add column task_id varchar;
            update {CODE}_trajectories set task_id = 'swe/x'""",
        "an evaluation of what is trained on": "update sft.decisions set split = 'train' where split = 'eval'",
        "a training set of what is held out": "update sft.decisions set split = 'eval'",
        "two parts of a training set": f"""alter table {CODE}_trajectories add column task_id varchar;
            update {CODE}_trajectories set task_id = 'swe/x';
            update sft.decisions set split = 'test' where trajectory_id like 'swe%'""",
        "the other one of a pair": f"update sft.alternatives set other_trajectory_id = '{HELD_OUT}'",
    },
    "landing_indices_are_unique": {
        "two trajectories": f"update {WEB}_trajectories set landing_index = 1",
        "a step of another": f"update {WEB}_steps set landing_index = 2 where trajectory_id like '%/a'",
        "a step elsewhere": f"update {WEB}_steps set landing_index = 999 where trajectory_id like '%/a'",
        "none": f"update {WEB}_trajectories set landing_index = null",
    },
    "prompts_hold_no_labels": {
        "the type of an action": foreseen("verifier", {"role": "assistant", "content": "Action: file_read\nI look."}),
        "a message of nobody": foreseen("verifier", {"role": "narrator", "content": "Night falls."}),
        "a later message": foreseen("speculative_eval", *[{"role": "assistant", "content": "I look."}] * 3),
        "a question that another set asks": foreseen(
            "verifier_preference", {"role": "user", "content": "Go.\n\n[Next Action Prediction] Choose one: ..."}
        ),
        "no question": foreseen("proposer", {"role": "user", "content": "Go."}),
        "another type": foreseen("proposer", QUESTION).replace("Action: verifier", "Action: repair"),
        "a call where a word was asked for": foreseen("proposer_brief", QUESTION).replace(
            'verifier"}', 'verifier", "tool_calls": []}'
        ),
        "a pair of one message": foreseen("verifier_preference").replace("Action: verifier", "Other"),
        "a negative from elsewhere": foreseen("verifier_preference").replace("0 as rejected", "6 as rejected"),
    },
    "prompts_stay_in_system": {
        "the agent's": f"""update {WEB}_steps set content = 'Hello. ' || p.text from seeds.system_prompts as p
            where step_index = 0 and p.target = 'openhands'""",
        "the source's": f"""update {CODE}_steps set content = 'You are handy.' || repeat('!', 300) || ' Mend it.'
            where step_index = 0""",
    },
    "rejections_are_told_apart": {
        "one twice": "insert into raw.rejections from raw.rejections",
        "no reason": "update raw.rejections set reason = ''",
        "no row": "update raw.rejections set source_row = null",
    },
    "roles_alternate": {
        "one speaks twice": """create or replace view sft.openhands as select 'x' as id,
            [{'from': 'human', 'value': ''}, {'from': 'human', 'value': ''}] as conversations""",
        "the agent begins": """create or replace view sft.sweagent as select 'x' as id,
            [{'from': 'gpt', 'value': ''}, {'from': 'human', 'value': ''}] as conversations""",
        "nobody answers": """create or replace view sft.agentlab as select 'x' as id,
            [{'role': 'user', 'content': ''}] as conversations""",
        "nothing is said": "create or replace view sft.openhands as select 'x' as id, null as conversations",
    },
    "source_rows_are_accounted_for": {
        "a row in no trajectory": "insert into raw.swe_smith (record, source_file, source_row) values (7, 'dump', 7)",
        "a row in two trajectories": f"update {WEB}_trajectories set source_rows = [1, 2, 3]",
        "a row of no dump": f"update {CODE}_trajectories set source_rows = [1, 2]",
        "a row that is no task": "delete from staging.tasks_hotpotqa_tasks",
        "a row used and rejected": "update raw.rejections set source_row = 1",
        "a row landed twice": "insert into raw.swe_smith (record, source_file, source_row) values (7, 'dump', 1)",
        "a row of a second file": f"""update {WEB}_trajectories
            set details = '{{"further_source_rows": [{{"source_file": "other", "source_rows": [4]}}]}}'""",
    },
    "published_counts_are_met": {
        "a whole collection": """create or replace view seeds.chat_shapes as
            select 'capybara' as shape, null as sample_size, 1 as records_published, 7 as fit_published""",
        "a whole set of tasks": """create or replace view seeds.codeact_tasks as
            select 'hotpotqa' as task_name, '' as dataset, 1 as records_published, 0 as tasks_published,
            null::integer as trained_on_published, true as is_trained_on""",
    },
    "sides_follow_from_tasks": {
        "another side": """create or replace view sft.codeact as select 'general-chat/a' as id, 'train' as split""",
        "no side": """create or replace view sft.codeact as select 'general-chat/a' as id, null::varchar as split""",
        "of the reward data": """create or replace view sft.reward as
            select 'x' as id, 'proactive-reward/a' as trajectory_id, 'eval' as split""",
        "of the proactive agent": """create or replace view sft.proactive_agent as
            select 'x' as id, 'proactive-gym/a' as trajectory_id, 'eval' as split""",
    },
    "tasks_are_in_order": {
        "nothing is asked": "update staging.tasks_hotpotqa_tasks set prompt = ' '",
        "no answer": "update staging.tasks_hotpotqa_tasks set reference = null",
        "test data": "update staging.tasks_hotpotqa_tasks set source_split = 'test'",
        "an unknown reason": "update staging.tasks_hotpotqa_tasks set exclusion = 'dislike'",
    },
    "source_values_are_kept": {
        "the outcome": f"update {CODE}_trajectories set outcome = null",
        "the model": "update raw.swe_smith set model = 'a model'",
    },
    "moments_show_no_later_events": {
        "a later event": asked("reward", "proactive-reward/a", "The user sighs.", "The user opens a map."),
        "another event": asked("reward", "proactive-reward/a", "The user opens a map."),
        "nothing": asked("reward", "proactive-reward/a"),
        "the verdict": asked("reward", "proactive-reward/a", "The user sighs.").replace('"O', '"judgement": 1, "O'),
        "a later event of the agent": asked("proactive_agent", "proactive-gym/a", "The user yawns.", "Tea."),
        "what is no event": asked("proactive_agent", "proactive-gym/a", "He thinks of tea."),
    },
    "no_turn_is_empty": {
        "the task": f"update {CODE}_steps set content = e' \\n' where step_index = 0",
        "an answer": """create or replace view sft.sweagent as select 'x' as id,
            [{'from': 'human', 'value': 'Go.'}, {'from': 'gpt', 'value': ''}] as conversations""",
        "nothing at all": """create or replace view sft.openhands as select 'x' as id,
            [{'from': 'human', 'value': null}, {'from': 'gpt', 'value': 'Hi.'}] as conversations""",
        "a command": """create or replace view sft.mini_swe_agent as select 'x' as id,
            [{'from': 'human', 'value': 'Go.'}, {'from': 'gpt', 'value': ''}] as conversations""",
        "an answer without calls": """create or replace view sft.openhands_tools as select 'x' as id,
            [json('{"role": "assistant", "content": null}')] as messages""",
        "a message": """create or replace view sft.agentlab as select 'x' as id,
            [{'role': 'user', 'content': ''}, {'role': 'assistant', 'content': '{}'}] as conversations""",
    },
    "std_holds_every_trajectory": {
        "one is missing": "create or replace view sft.std as select 'x' as id where false",
        "one twice": """create or replace view sft.std as
            from standard.trajectories, range(2) select trajectory_id as id""",
        "one that is not there": """create or replace view sft.std as
            from standard.trajectories select trajectory_id as id union all select 'x'""",
    },
    "step_keys_are_unique": {
        "a step twice": f"insert into {WEB}_steps from {WEB}_steps where step_index = 3",
        "no place": f"update {WEB}_steps set step_index = null where step_index = 3",
        "no trajectory": f"update {WEB}_steps set trajectory_id = null where step_index = 3",
    },
    "steps_are_dense": {
        "one is missing": f"delete from {WEB}_steps where step_index = 3",
        "the first is missing": f"delete from {WEB}_steps where step_index = 0",
    },
    "steps_belong_to_a_trajectory": {
        "no trajectory": f"delete from {WEB}_trajectories",
        "no steps": f"delete from {CODE}_steps",
    },
    "steps_have_content": {
        "a message": f"update {WEB}_steps set content = null where class = 'message_action'",
        "code": f"update {CODE}_steps set content = null where class = 'code_action'",
        "a language": f"update {CODE}_steps set language = null where class = 'code_action'",
        "a function": f"update {WEB}_steps set function = null where class = 'api_action'",
        "a text": f"update {WEB}_steps set content = null where class = 'text_observation'",
        "a page": f"update {WEB}_steps set axtree = null where class = 'web_observation'",
        "an image": f"update {WEB}_steps set class = 'image_observation' where class = 'web_observation'",
    },
    "thoughts_come_once_a_turn": {
        "on a later action": f"update {CODE}_steps set thought = 'I look.' where function = 'str_replace_editor'",
        "an empty one": f"update {WEB}_steps set thought = '' where thought is not null",
        "empty reasoning": f"update {WEB}_steps set reasoning = '' where thought is not null",
    },
    "tool_calls_are_answered": {
        "an unknown role": chat({"role": "robot", "content": ""}),
        "no content": chat({"role": "assistant", "content": None}, {"role": "user", "content": ""}),
        "a prompt in the middle": chat({"role": "system", "content": ""}),
        "the user says nothing first": chat({"role": "user", "content": "Go."}).replace(
            '"Go."}', '"", "role": "system"}'
        ),
        "one speaks twice": chat({"role": "user", "content": ""}),
        "the user speaks last": chat().replace('"assistant", "content": "Done."', '"user", "content": "Thanks."'),
        "a call by the user": chat({**calls(), "role": "user"}, answer()),
        "a call of nothing listed": chat(calls(name="fly"), answer()),
        "arguments that are none": chat(calls("[1]"), answer()),
        "arguments that are no JSON": chat(calls("{"), answer()),
        "an argument too many": chat(calls('{"bid": "1", "x": 1}'), answer()),
        "an argument missing": chat(calls("{}"), answer()),
        "no answer": chat(calls()),
        "an answer to nothing": chat(calls(), answer(), answer("2")),
        "an answer twice": chat(calls(), answer(), answer()),
        "an answer too late": chat(
            calls(), {"role": "user", "content": "Well?"}, calls(call_id="2"), answer("2"), answer()
        ),
    },
    "trajectories_are_rendered_or_excluded": {
        "both": "insert into sft.unfit (target, trajectory_id, reason) select 'agentlab', 'nnetnav-live/a', 'web'",
        "neither": "create or replace view sft.openhands as select '' as id where false",
        "rendered twice": """create or replace view sft.openhands as
            from standard.trajectories, range(2) select trajectory_id as id""",
    },
    "trajectory_ids_are_unique": {
        "one twice": f"insert into {WEB}_trajectories from {WEB}_trajectories",
        "none": f"update {WEB}_trajectories set trajectory_id = null",
    },
    "turns_are_dense": {
        "one is missing": f"update {WEB}_steps set turn_index = 3 where turn_index = 2",
        "the first is not 0": f"update {WEB}_steps set turn_index = turn_index + 1",
        "an order of their own": f"update {WEB}_steps set turn_index = 2 - turn_index",
        "one begins before the last has ended": f"update {WEB}_steps set turn_index = 2 where step_index = 2",
    },
    "words_are_known": {
        "a class": f"update {WEB}_steps set class = 'remark' where step_index = 0",
        "a source": f"update {WEB}_steps set source = 'robot' where step_index = 0",
        "the kind of another class": f"update {WEB}_steps set kind = 'action' where step_index = 1",
        "a page by the agent": f"update {WEB}_steps set source = 'agent' where step_index = 1",
        "an action by the user": f"update {WEB}_steps set source = 'user' where step_index = 2",
        "an observation in a turn": f"update {WEB}_steps set turn_index = 0 where step_index = 1",
        "an action in no turn": f"update {WEB}_steps set turn_index = null where step_index = 2",
        "a message that calls": f"update {WEB}_steps set function = 'x' where class = 'message_action'",
        "no class": f"update {WEB}_steps set class = null where step_index = 1",
    },
}


@pytest.fixture(scope="module")
def sound() -> Warehouse:
    """Four trajectories with what they were made of, and a rejected record."""
    warehouse = Warehouse()
    con = warehouse.con
    warehouse.add("nnetnav-live/a", *BROWSED).add("nnetnav-live/b", *BROWSED).add("swe-smith/a", *MENDED)
    warehouse.add("agenttuning_os/a", *COUNTED)
    warehouse.add(HELD_OUT, *MENDED)
    warehouse.add("general-chat/a", user("Hello."), say("Hello."), details={"shape": "capybara"})
    add_desktops(warehouse)
    tables = {table for (table,) in con.execute("from duckdb_tables() select table_name").fetchall()}
    for loader in (*DATASETS.values(), *FORMATS.values()):
        columns = ", ".join(f'"{name}" {kind}' for name, kind in loader.raw_columns.items())
        con.execute(f"create table raw.{loader.identifier} ({columns})")
        for column in ("source_file varchar", "source_rows bigint[]", "system_prompt varchar", "model varchar"):
            if f"{loader.identifier}_trajectories" in tables:
                con.execute(f"alter table staging.{loader.identifier}_trajectories add column {column}")
    con.execute(
        f"""
        insert into raw.nnetnav_live (record, source_file, source_row)
            select unnest([1, 2, 3]), 'dump', unnest([1, 2, 3]);
        insert into raw.swe_smith (record, source_file, source_row, resolved)
            values (3, 'dump', 1, true), (5, 'dump', 2, true);
        insert into raw.agenttuning_os (record, source_file, source_row) values (4, 'dump', 1);
        update {SHELL}_trajectories set source_file = 'dump', source_rows = [1];
        insert into raw.general_chat (record, source_file, source_row) values (6, 'dump', 1);
        alter table staging.general_chat_trajectories add column task_id varchar;
        update staging.general_chat_trajectories set source_file = 'dump', source_rows = [1], task_id = 'chat/a';
        insert into raw.proactive_bench (record, source_file, source_row) values (7, 'dump', 1);
        insert into raw.proactive_reward (record, source_file, source_row) values (8, 'dump', 1), (9, 'dump', 2);
        insert into raw.proactive_gym (record, source_file, source_row) values (10, 'dump', 1);
        insert into raw.proactive_scenes (record, source_file, source_row) values (1, 'dump', 1);
        insert into raw.proactive_judgements (record, source_file, source_row) values (1, 'dump', 1);
        update staging.proactive_bench_trajectories set source_file = 'dump', source_rows = [1];
        alter table {GYM}_trajectories add column task_id varchar;
        alter table {REWARD}_trajectories add column task_id varchar;
        update {GYM}_trajectories set source_file = 'dump', source_rows = [1], task_id = 'proactive/a';
        update {REWARD}_trajectories
            set source_file = 'dump', source_rows = [landing_index - 7], task_id = 'proactive/a';
        insert into staging.proactive_scenes_tasks values ('proactive-scenes', 'proactive-scenes/a', 'dump', 1);
        insert into staging.proactive_judgements_annotations (judgement_id, dataset, source_file, source_row)
            values ('proactive-judgements/a', 'proactive-judgements', 'dump', 1);
        insert into raw.tasks_hotpotqa (record, source_file, source_row) values (1, 'dump', 1);
        insert into staging.tasks_hotpotqa_tasks
            (dataset, landing_index, source_id, source_file, source_row, task_id, task_name, source_split, prompt,
            reference)
            values ('tasks-hotpotqa', 1, '1', 'dump', 1, 'hotpotqa/1', 'hotpotqa', 'train', 'Who?', 'I.');
        insert into raw.rejections values ('nnetnav-live', 'dump', 4, 'not JSON', '{{');
        update {WEB}_trajectories set source_file = 'dump',
            system_prompt = case when trajectory_id like '%/a' then '' end,
            source_rows = case when trajectory_id like '%/a' then [1, 2] else [3] end;
        update {CODE}_trajectories set source_file = 'dump', outcome = true,
            source_rows = case when trajectory_id = '{HELD_OUT}' then [2] else [1] end,
            system_prompt = 'You are handy.' || repeat('!', 300);
        """
    )
    return warehouse.build()


@contextmanager
def broken(warehouse: Warehouse, sql: str) -> Iterator[None]:
    """The warehouse as the statement leaves it, for as long as the block lasts."""
    warehouse.con.begin()
    try:
        warehouse.con.execute(sql)
        if "staging." in sql:
            warehouse.restack()
        yield
    finally:
        warehouse.con.rollback()


def violations(warehouse: Warehouse, name: str) -> list[tuple[Any, ...]]:
    return warehouse.con.execute(CHECKS[name].sql).fetchall()


@pytest.mark.parametrize("name", CHECKS)
def test_check_holds_for_sound_trajectories(sound: Warehouse, name: str) -> None:
    assert violations(sound, name) == []


def test_sound_trajectories_are_rendered_for_every_target(sound: Warehouse) -> None:
    """Else the checks of the training sets would look at nothing."""
    for target in (*sft.TARGETS, "std"):
        assert sound.records(target)


@pytest.mark.parametrize(("name", "what"), [(name, what) for name, cases in BREAKS.items() for what in cases])
def test_check_finds_what_is_broken(sound: Warehouse, name: str, what: str) -> None:
    with broken(sound, BREAKS[name][what]):
        assert violations(sound, name)


def test_every_check_is_seen_to_fail() -> None:
    assert BREAKS.keys() == CHECKS.keys()


def test_every_dataset_is_accounted_for() -> None:
    """The check lists the raw views; a dataset that it does not list could lose rows unseen."""
    tree = sqlglot.parse_one(CHECKS["source_rows_are_accounted_for"].sql, dialect="duckdb")
    read = {table.name for table in tree.find_all(exp.Table) if table.db == "raw"}
    named = {literal.this for literal in tree.find_all(exp.Literal) if literal.is_string}
    assert read == {*DATASETS, *FORMATS}
    assert {loader.dataset for loader in DATASETS.values()} <= named
