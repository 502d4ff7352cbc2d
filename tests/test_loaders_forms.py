"""Both forms of every dataset land alike: what the Hub publishes, and what the reference extracts from it."""

import contextlib
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adp import root, sqltext
from adp.config import Paths
from adp.sqltext import name
from loaders import base, land, parts, raw_views

REFERENCE = Path(__file__).parents[2] / "shared" / "reference" / "adp"

TURNS = [{"role": "user", "content": "Sort é\u2028."}, {"role": "assistant", "content": "<think>ok</think>\n"}]
PUBLISHED_TURNS = [{"from": "human", "loss": None, "value": "Hi"}, {"from": "gpt", "loss": True, "value": "Think: ..."}]
ETO_TURNS = [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "OK"}]
AGENT_INSTRUCT = ("alfworld", "db", "kg", "mind2web", "os", "webshop")
CALL = {"function": {"arguments": '{"a": 1}', "name": "execute_bash"}, "id": "c1", "index": None, "type": "function"}
TOOLS = [{"function": {"description": None, "name": "execute_bash", "parameters": {"type": "object"}}, "type": "f"}]
SWE_GYM = {
    "instance_id": "getmoto__moto-1",
    "run_id": "run_1",
    "resolved": True,
    "messages": [
        {
            "content": "Fix it.", "function_call": None, "name": None, "role": "user", "tool_call_id": None,
            "tool_calls": None,
        },
        {
            "content": None, "function_call": None, "name": None, "role": "assistant", "tool_call_id": None,
            "tool_calls": [CALL],
        },
        {
            "content": "done", "function_call": None, "name": "execute_bash", "role": "tool", "tool_call_id": "c1",
            "tool_calls": None,
        },
    ],
    "tools": TOOLS,
    "test_result": {"git_patch": "", "report": {"resolved": True, "score": 0.5}},
}  # fmt: skip
SWE_SMITH = {
    "messages": [
        {"role": "user", "content": "Fix it.", "agent": "main", "message_type": "observation"},
        {"role": "assistant", "content": "go", "thought": "go", "action": "ls", "tool_calls": [{"id": "t1"}]},
        {"role": "tool", "content": [{"type": "text", "text": "out"}], "tool_call_ids": ["t1"]},
    ],
    "instance_id": "a__b.1",
    "resolved": False,
    "model": "m",
    "traj_id": "a__b.1.x",
    "patch": "diff",
}
MINI_CODER = {
    "messages": TURNS, "patch": "diff", "model": "m", "instance_id": "lantern__a.1.b", "verified": True,
}  # fmt: skip
NEBIUS = {
    "instance_id": "lantern__a-1_0", "model_name": "m", "target": True,
    "trajectory": [
        {"cutoff_date": "01.01.2023", "mask": False, "role": "system", "system_prompt": "Edit.", "text": None},
        {"cutoff_date": None, "mask": True, "role": "ai", "system_prompt": None, "text": "```\nls\n```"},
    ],
    "exit_status": "submitted", "generated_patch": "diff", "eval_logs": "1 passed",
}  # fmt: skip
TOUCAN = {
    "uuid": "a-1", "subset_name": "multi-turn", "messages": [
        {"role": "user", "content": "Tide?"},
        {"role": "assistant", "content": "", "function_call": {"name": "sea-tide", "arguments": "{}"}},
        {"role": "function", "content": "12", "name": "sea-tide"},
    ],
    "question": "Tide?", "available_tools": '[{"type":"function"}]', "target_tools": "tide",
    "question_quality_assessment": "good", "response_quality_assessment": None, "metadata": '{"row_id":1}',
}  # fmt: skip
OPENHANDS = {
    "version": "1.0", "feedback": "positive", "permissions": "public", "timestamp": "2024-09-05 09:35:03",
    "trajectory": [
        {
            "id": "1", "timestamp": "2024-09-05T09:35:03", "source": "agent", "message": "Running", "action": "run",
            "observation": None, "content": None, "extras": '{"command":"ls"}',
        },
    ],
}  # fmt: skip
SWE_PLAY = {"messages": TURNS, "category": "general", "source": "origami"}
NNETNAV = {
    "dataset": "live", "id": "openweb_1", "messages": TURNS, "output": "```click [1]```", "task_name": "openweb_1",
    "prompt": "p", "n_tokens": 7,
}  # fmt: skip
GO_BROWSE = {
    "graph_data": {"domain": "map"}, "node_data": {"node_url": "u"},
    "step_data": {
        "action": '{"thought": "é", "action": "noop()"}', "misc": {"model_usage": {"total_tokens": 7}},
        "obs": {"axtree_txt": "RootWebArea", "last_action_error": ""}, "step_number": 0,
    },
    "traj_data": {"goal": "Go", "reward": 1.0, "traj_num": 3},
}  # fmt: skip
SYNATRA = {"prompt": "é", "response": "click(element_id='1')"}
WEBARENA = {"task_id": 3, "intent": "é", "source": "m", "trajectory": [{"url": "u", "axtree": "t"}, {"action": {}}]}
WEBLINX = {
    "shortcode": "abc", "split": "train", "replay": {"data": [{"type": "chat"}], "version": "1"},
    "pages": [{"name": "p", "html": "é"}], "form": {"annotator": "1"}, "metadata": None,
}  # fmt: skip
WONDERBREAD = {"id": "3", "intent": "é", "sop": None, "webarena": {"task_id": 3}, "trace": [{"type": "state"}]}
MIND2WEB = {
    "annotation_id": "a-1", "website": "w", "domain": "d", "subdomain": "s", "confirmed_task": "Gö",
    "action_reprs": ["r"],
    "actions": [{
        "action_uid": "u", "raw_html": "<p>é</p>", "cleaned_html": None,
        "operation": {"op": "CLICK", "original_op": "CLICK", "value": ""},
        "pos_candidates": [{"tag": "p", "backend_node_id": "3", "is_original_target": True}], "neg_candidates": [],
    }],
}  # fmt: skip
TURKINGBENCH = {"_id": "T__0", "Task": "T", "Template": "<p>${é}</p>", "Answer": {"q": "1"}}
OMNIACT: dict[str, Any] = {
    "id": "train_0", "task": "Task: a\nOutput Script:\nb", "image": "data/data/web/x/screen1.png",
    "ocr": {"text": ["é"], "value": [[1.0, 2.0]]}, "color": {"text": []}, "icon": None, "box": {"label": ["a"]},
}  # fmt: skip
SCREENAGENT = {
    "id": "s_0", "session_id": "s", "step": 0, "task_prompt_en": "Go", "LLM_response_editer_en": "[]", "actions": [],
    "video_width": 3, "saved_image_name": "1.jpg",
}  # fmt: skip
LLAVA_PLUS = {
    "unique_id": "1.5", "image": "1.jpg", "data_source": "coco", "conversations": [
        {"from": "human", "value": "<image>\né"},
        {
            "from": "gpt", "value": "b", "thoughts": "c",
            "actions": [{"API_name": "sam", "API_params": {"boxes": [[0.5]]}}],
        },
    ],
}  # fmt: skip
ANDROIDCONTROL = {
    "episode_id": 7, "goal": "Go", "screenshots": ["7/screenshot_0.png"], "accessibility_trees": [[{"text": "é"}]],
    "screenshot_widths": [3], "screenshot_heights": [4], "actions": [{"action_type": "wait"}],
    "step_instructions": ["a"],
}  # fmt: skip
WILD = {
    "episode_id": "7", "step_id": 0, "episode_length": 1, "goal_info": "Go", "image/encoded": "7-0", "image/width": 3,
    "image/ui_annotations_positions": [[0.5, 0.5, 0.1, 0.1]], "image/ui_annotations_text": ["é"],
    "image/ui_annotations_ui_types": ["TEXT"], "results/action_type": "type", "results/type_action": "a",
    "results/yx_touch": [0.5, 0.25], "results/yx_lift": [0.5, 0.25],
}  # fmt: skip

TOOLBENCH = {"id": "Step 1: é", "conversations": {"from": ["user", "assistant"], "value": ["é\nBegin!", "Thought: b"]}}

CODEACT_RUN = {
    "id": "reasoning/hotpotqa/7/m/max5", "agent_model_name": "m", "exp_setting": "max5", "task_type": "reasoning",
    "task_name": "hotpotqa", "split": "train",
    "state": {
        "history": TURNS, "finished": True, "success": True, "latest_output": {"observation": None}, "error": None,
        "agent_action_count": {"use_tool": 1}, "token_counter": {"prompt_tokens": 7}, "terminate_reason": "done",
    },
    "task": {"task_name": "hotpotqa", "task_id": 7, "prompt": "é", "reference": "1", "metadata": {}},
}  # fmt: skip
CHAT = {"id": "cot.1", "system_prompt": "", "question": "é", "response": "b"}
APPS_TASK = {
    "id": 1, "question": "é", "solutions": '["print(1)"]', "input_output": '{"inputs": ["1"], "outputs": ["1"]}',
    "difficulty": "interview", "url": "u", "starter_code": "",
}  # fmt: skip
HOTPOT_TASK = {
    "_id": "5a", "question": "é", "answer": "yes", "level": "hard", "type": "bridge",
    "supporting_facts": [["Inn", 0]], "context": [["Inn", ["A river."]]],
}  # fmt: skip
MATH_TASK = {"question": "é", "answer": "4", "level": "Level 3", "subject": "algebra", "split": "train"}
TABLE_TASK = {
    "id": "nt-0", "utterance": "é", "context": "csv/203-csv/1.csv", "targetValue": "1|2", "table_id": "203-csv/1",
    "table": {"columns": ["a"], "rows": [["1"]]},
}  # fmt: skip

REWARD_ROW = {
    "obs": [{"time": "Day 1, 7:55 PM", "event": "The user opens a map."}], "pred_task": None, "valid": True,
    "help_needed": False, "annotation": [True, True, False], "category": "Correct-Rejection (CR)",
}  # fmt: skip
EXTRACTED: dict[str, list[dict[str, Any]]] = {
    "proactive_reward": [REWARD_ROW],
    "codeact_runs": [CODEACT_RUN],
    "general_chat": [CHAT],
    "tasks_apps": [APPS_TASK],
    "tasks_hotpotqa": [HOTPOT_TASK],
    "tasks_math": [{"id": "3", **MATH_TASK}],
    "tasks_wikitablequestions": [TABLE_TASK],
    "mind2web": [MIND2WEB],
    "turkingbench": [TURKINGBENCH],
    "swe_smith": [{**SWE_SMITH, "id": "a__b.1.x_0"}],
    "android_in_the_wild": [WILD],
    "androidcontrol": [ANDROIDCONTROL],
    "code_feedback": [{"id": 3, "messages": TURNS}],
    "codeactinstruct": [{"id": "x/1", "conversations": TURNS}],
    **{f"agenttuning_{split}": [{"id": f"{split}_1", "conversations": TURNS}] for split in AGENT_INSTRUCT},
    "eto": [{"id": "webshop_1", "conversations": ETO_TURNS, "reward": 0.75, "source": "human"}],
    "mini_coder": [{**MINI_CODER, "id": "lantern__a.1.b"}],
    "nebius_swe_agent_trajectories": [NEBIUS],
    "nnetnav_live": [NNETNAV, NNETNAV],
    "nnetnav_wa": [NNETNAV, NNETNAV],
    "go_browse_wa": [GO_BROWSE, GO_BROWSE],
    "synatra": [SYNATRA],
    "webarena_successful": [WEBARENA],
    "weblinx": [WEBLINX],
    "wonderbread": [WONDERBREAD],
    "llava_plus": [LLAVA_PLUS],
    "omniact": [OMNIACT],
    "openhands": [{**OPENHANDS, "id": "0"}],
    "orca_agentinstruct": [{"id": "orca_rag0", "conversations": TURNS}],
    "screenagent": [SCREENAGENT],
    "swe_gym_openhands_sampled_trajectories": [SWE_GYM],
    "swe_play_trajectories": [{**SWE_PLAY, "id": "swe-play-0"}],
    "toucan_1_5m": [{**TOUCAN, "id": "a-1"}],
    "toolbench": [{**TOOLBENCH, "conversations": json.dumps(TOOLBENCH["conversations"])}],
}
PUBLISHED: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "codeact_runs": ("results.jsonl", [CODEACT_RUN]),  # folders that say what ran: tests/test_codeact_runs.py
    "general_chat": ("1M-GPT4-Augmented.parquet", [CHAT]),
    "tasks_apps": ("train.jsonl", [APPS_TASK]),
    "tasks_hotpotqa": ("train.jsonl", [HOTPOT_TASK]),
    "tasks_math": ("algebra.jsonl", [{"id": "3", **MATH_TASK}]),  # folders of files: tests/test_tasks.py
    "tasks_wikitablequestions": ("tables.jsonl", [TABLE_TASK]),  # folders of files: tests/test_tasks.py
    "mind2web": ("train_0.json", [MIND2WEB]),
    "proactive_reward": ("raw.parquet", [REWARD_ROW]),  # the others are folders of files: tests/test_proactive.py
    "turkingbench": ("turkingbench.jsonl", [TURKINGBENCH]),
    "swe_smith": ("tool-00000-of-00001.parquet", [{**SWE_SMITH, "messages": json.dumps(SWE_SMITH["messages"])}]),
    "android_in_the_wild": ("lines.jsonl", [WILD]),  # TFRecord files: tests/test_tfrecord.py
    "androidcontrol": ("lines.jsonl", [ANDROIDCONTROL]),
    "code_feedback": ("Code-Feedback.jsonl", EXTRACTED["code_feedback"]),
    "codeactinstruct": ("codeact-00000-of-00001-41e6.parquet", EXTRACTED["codeactinstruct"]),
    **{
        f"agenttuning_{split}": (
            f"{split}-00000-of-00001-9715.parquet",
            [{"conversations": PUBLISHED_TURNS, "id": f"{split}_1"}],
        )
        for split in AGENT_INSTRUCT
    },
    "eto": ("webshop_sft.json", [{"id": 1, "conversations": ETO_TURNS, "reward": 0.75, "source": "human"}]),
    "mini_coder": ("train-00000-of-00001.parquet", [MINI_CODER]),
    "nebius_swe_agent_trajectories": ("train-00000-of-00012.parquet", [NEBIUS]),
    "nnetnav_live": ("train.jsonl", EXTRACTED["nnetnav_live"]),
    "nnetnav_wa": ("train.jsonl", EXTRACTED["nnetnav_wa"]),
    "go_browse_wa": ("raw-00000-of-00009.parquet", [{"json": GO_BROWSE}, {"json": GO_BROWSE}]),
    "synatra": ("raw.json", [SYNATRA]),
    "webarena_successful": ("trajectories.jsonl", [WEBARENA]),
    "weblinx": ("records.jsonl", [WEBLINX]),  # folders of files: tests/test_staging_weblinx.py
    "wonderbread": ("records.jsonl", [WONDERBREAD]),  # folders of files: tests/test_staging_wonderbread.py
    "llava_plus": ("llava-plus.json", [LLAVA_PLUS]),
    "omniact": ("train.jsonl", [OMNIACT]),  # records spread over archives: tests/test_images.py
    "screenagent": ("calls.jsonl", [SCREENAGENT]),  # sessions, and calls in files: tests/test_staging_screenagent.py
    "openhands": ("train-00000-of-00002.parquet", [OPENHANDS]),
    "orca_agentinstruct": ("rag-00000-of-00001.parquet", [{"messages": json.dumps(TURNS)}]),
    "swe_gym_openhands_sampled_trajectories": ("train.raw-00000-of-00003.parquet", [SWE_GYM]),
    "swe_play_trajectories": ("train-00000-of-00001.parquet", [SWE_PLAY]),
    "toucan_1_5m": ("train-00000-of-00042.parquet", [{**TOUCAN, "messages": json.dumps(TOUCAN["messages"])}]),
    "toolbench": ("train-00000-of-00003.parquet", [TOOLBENCH]),
}
AS_IS = ("codeactinstruct", "agenttuning_os", "swe_gym_openhands_sampled_trajectories")


def extracted_form(dataset: str) -> list[dict[str, Any]]:
    """Records in the extracted form; of a dataset that has none above, what can be read of its sample."""
    if dataset in EXTRACTED:
        return EXTRACTED[dataset]
    found = []
    for line in (root() / "samples" / f"{dataset}.jsonl").read_text(encoding="utf-8").splitlines():
        with contextlib.suppress(ValueError):  # a bad line, or a record that the loader's schema does not take
            base.find(dataset).record_model.model_validate(json.loads(line))
            found.append(json.loads(line))
    return found[:1]


def published_form(dataset: str) -> tuple[str, list[dict[str, Any]]]:
    """A file and its records as they are published; the same as extracted where none is given above."""
    return PUBLISHED.get(dataset) or ("train.jsonl", extracted_form(dataset))


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    """A dump of these records, as Parquet or as JSON lines."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(records), path)
    else:
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def rows(paths: Paths, query: str) -> list[tuple[Any, ...]]:
    """What a query over the raw views gives. Only those that it names are made."""
    with duckdb.connect() as con:
        for statement in sqltext.statements(paths.raw_sql.read_text(encoding="utf-8")):
            view = re.search(r"\bview (raw\.\w+)", statement.sql)
            if view is None or re.search(rf"\b{view[1]}\b", query):
                con.execute(statement.sql)
        return con.execute(query).fetchall()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "adp.db", tmp_path / "data")


@pytest.mark.parametrize("dataset", sorted(base.DATASETS))
def test_the_published_and_the_extracted_form_land_the_same_fields(dataset: str, paths: Paths, tmp_path: Path) -> None:
    file, records = published_form(dataset)
    extracted = write(tmp_path / "raw.jsonl", extracted_form(dataset))
    assert land.load(dataset, [extracted], paths).rejected == 0
    fields = [field for field in base.DATASETS[dataset].fields if field != "id"]
    if dataset.startswith("agenttuning_"):
        fields = []  # other names within a message: staging reads both
    if dataset == "go_browse_wa":
        fields = []  # each line under a name of its own: staging reads both
    query = f"select source_id, {', '.join(map(name, fields)) or '1'}, raw_extra from raw.{dataset}"
    first = rows(paths, query)
    landing = land.load(dataset, [write(tmp_path / file, records)], paths)
    assert (landing.records, landing.rejected) == (len(records), 0)
    second = rows(paths, query)
    if dataset in ("eto", "swe_smith"):  # the extracted form names the world, numbers the trajectories
        first, second = [row[1:] for row in first], [row[1:] for row in second]
    assert first == second


@pytest.mark.parametrize("dataset", AS_IS)
def test_a_parquet_dump_whose_columns_fit_lands_byte_for_byte(dataset: str, paths: Paths, tmp_path: Path) -> None:
    file, records = PUBLISHED[dataset]
    dump = write(tmp_path / file, records)
    land.load(dataset, [dump], paths)
    landed = list((paths.raw / dataset).glob("*.parquet"))
    assert [path.read_bytes() for path in landed] == [dump.read_bytes()]


@pytest.mark.parametrize("dataset", sorted(base.DATASETS))
def test_raw_views_have_the_written_out_types_landed_or_not(dataset: str, paths: Paths, tmp_path: Path) -> None:
    loader = base.DATASETS[dataset]
    raw_views.write(paths)
    empty = rows(paths, f"describe raw.{dataset}")
    land.load(dataset, [write(tmp_path / "raw.jsonl", extracted_form(dataset))], paths)
    from_lines = rows(paths, f"describe raw.{dataset}")
    file, records = published_form(dataset)
    land.load(dataset, [write(tmp_path / file, records)], paths)
    published = rows(paths, f"describe raw.{dataset}")
    wanted = rows(paths, "describe " + parts.empty(loader))
    assert empty == from_lines == published == wanted


def test_a_row_of_an_unnumbered_dump_is_named_by_its_split_and_row(paths: Paths, tmp_path: Path) -> None:
    record = {"messages": json.dumps(TURNS)}
    dumps = [
        write(tmp_path / f"{name}.parquet", [record, record])
        for name in ("code_-00000-of-00002", "code_-00001-of-00002", "rag-00000-of-00001")
    ]
    land.load("orca_agentinstruct", dumps, paths)
    ids = ["orca_code_0", "orca_code_1", "orca_code_2", "orca_code_3", "orca_rag0", "orca_rag1"]
    assert rows(paths, "select source_id from raw.orca_agentinstruct") == [(i,) for i in ids]


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference's records are not here")
@pytest.mark.parametrize("dataset", sorted(base.DATASETS))
def test_every_reference_record_lands_with_its_values(dataset: str, paths: Paths) -> None:
    loader = base.DATASETS[dataset]
    dump = REFERENCE / loader.dataset / "raw.jsonl"
    if not dump.exists():
        pytest.skip("the reference has no raw records of it")
    records = [json.loads(line) for line in dump.read_text(encoding="utf-8").splitlines()]
    if dataset == "screenagent":  # a line is a session, the list of its calls
        calls = [(step, call) for session in records for step, call in enumerate(session)]
        records = [{"id": f"{call['session_id']}_{step}", "step": step, **call} for step, call in calls]
    landing = land.load(dataset, [dump], paths)
    assert (landing.records, landing.rejected) == (len(records), 0)
    found = rows(paths, f"select * exclude (record, source_file, source_row, source_id, occurrence) from raw.{dataset}")
    for row, record in zip(found, records, strict=True):
        for (field, kind), value in zip(loader.fields.items(), row[:-1], strict=True):
            assert same(value, record.get(field), kind), field
        # the columns of a task's own table
        columns = None if dataset != "turkingbench" else {k: v for k, v in record.items() if k not in loader.fields}
        assert (json.loads(row[-1]) if row[-1] else None) == (columns or None)


def same(landed: Any, given: Any, kind: base.Type) -> bool:
    """Whether a landed value is the one that was given."""
    if landed is None or given is None:
        return landed is given
    if isinstance(kind, list):
        return len(landed) == len(given) and all(same(a, b, kind[0]) for a, b in zip(landed, given, strict=True))
    if isinstance(kind, dict):
        return set(given) <= set(kind) and all(same(landed[k], given.get(k), v) for k, v in kind.items())
    if kind is base.JSON:
        return bool(json.loads(landed) == given)
    if kind is base.ANY_TEXT and not isinstance(given, str):
        return bool(json.loads(landed) == given)
    if kind is base.ID:
        return bool(landed == str(given))
    return bool(landed == given)
