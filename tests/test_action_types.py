"""standard.action_types: what an action is for, by the call first, and what the published rules would have said."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rendering import Step, Warehouse, bash, call, code, result, say, user

# What the published classifier gives, as observed: texts, and calls in messages without words.
TEXTS = {
    "The answer is 42.": "final_answer",
    "Summary: all tests pass": "tool_call",
    "Summary:done": "final_answer",
    "cat setup.py": "file_read",
    "cat /etc/hosts": "tool_call",
    "head -n 5 x.py": "tool_call",
    "git diff HEAD": "file_write",
    "run the tests with pytest": "tool_call",
    "python test.py": "verifier",
    "I will check the query": "verifier",
    "Let's resolve the import error": "repair",
    "write\nthe file": "tool_call",
    "The request was blocked by CORS so let me patch it": "BLOCKED",
    "open_file('x')": "file_read",
    "In conclusion, need more info": "final_answer",
    "": "tool_call",
}
CALLS: dict[str, tuple[Step, str]] = {
    "a line break of JSON glues an n": (bash("cd /testbed\ncat foo.py"), "tool_call"),
    "a view": (call("str_replace_editor", {"command": "view", "path": "/testbed/src/file.py"}), "file_read"),
    "an edit": (call("str_replace_editor", {"command": "str_replace", "path": "a.py", "old_str": "x"}), "tool_call"),
    "a submit": (call("submit"), "tool_call"),
    "a grep": (bash("grep 'def find'"), "retrieval"),
    "pytest": (bash("pytest -q tests/test_a.py"), "tool_call"),
}
# More of them, from the rules: each type by its own words, priority over what comes behind.
MORE = {
    "I cannot do that": "BLOCKED",
    "Could you clarify?": "ask_clarification",
    "SAVE it to a FILE": "file_write",
    "debugging": "tool_call",
    "try it again with care": "repair",
    "look it up on Google": "retrieval",
}
PUBLISHED = (
    ("final_answer", r"final answer|conclusion|summary:|in conclusion|the answer is"),
    ("ask_clarification", r"ask for clarification|need more info|could you clarify|what do you mean"),
    ("BLOCKED", r"blocked|unsafe|i cannot|i'm sorry, but|refuse|not allowed|harmful"),
    ("file_write", r"write.*file|save.*file|edit.*file|patch|diff"),
    ("file_read", r"read.*file|view.*file|cat |head |tail |open.*file|get_content"),
    ("repair", r"repair|fix.*bug|correct.*error|debug|resolve|try.*again with"),
    ("verifier", r"verify|check|validate|test|assert|review"),
    ("retrieval", r"search|retrieve|find|lookup|query|google|bing"),
)


def published(text: str) -> str:
    """The published rules with Python's own regular expressions."""
    lowered = text.lower()
    return next((kind for kind, words in PUBLISHED if re.search(rf"\b({words})\b", lowered)), "tool_call")


def types(warehouse: Warehouse, *steps: Step) -> list[tuple[Any, ...]]:
    """Type and rule of each action behind a first word of the user's."""
    warehouse.add("swe-smith/1", user("Go."), *steps)
    return warehouse.rows("from standard.action_types select action_type, rule_id order by step_index")


@pytest.mark.parametrize(("text", "kind"), [*TEXTS.items(), *MORE.items()])
def test_the_published_rules_give_a_text_what_they_gave(warehouse: Warehouse, text: str, kind: str) -> None:
    """deviation speculative-classifier"""
    assert warehouse.evaluate("published_action_type(?)", text) == kind
    assert published(text) == kind


@pytest.mark.parametrize("name", CALLS)
def test_the_published_rules_give_a_call_what_they_gave(warehouse: Warehouse, name: str) -> None:
    """deviation speculative-classifier"""
    step, kind = CALLS[name]
    warehouse.add("swe-smith/1", user("Go."), step, result("x"))
    assert warehouse.rows("from standard.action_types select original_action_type") == [(kind,)]


WORDS = st.sampled_from(
    "final answer the is conclusion summary: cat head file files write edit view patch diff i cannot refuse test check "
    "_test tests find query . , : \n é ü_ — ’ 中 5 try again with".split(" ")
)


@given(st.lists(st.tuples(WORDS, st.sampled_from(["", " ", "  "])), max_size=8))
def test_the_published_rules_read_as_python_reads_them(pieces: list[tuple[str, str]]) -> None:
    text = "".join(word + blank for word, blank in pieces)
    assert Oracle.warehouse().evaluate("published_action_type(?)", text) == published(text)


class Oracle:
    """One warehouse for all examples: a fixture of a function would be made anew for none of them."""

    made: Warehouse | None = None

    @classmethod
    def warehouse(cls) -> Warehouse:
        cls.made = cls.made or Warehouse()
        return cls.made


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (call("str_replace_editor", {"command": "view", "path": "a.py"}), ("file_read", "views_by_subcommand")),
        (call("str_replace_editor", {"command": "str_replace", "path": "a"}), ("file_write", "edits_by_subcommand")),
        (call("str_replace_editor", {"command": "undo_edit", "path": "a.py"}), ("repair", "undoes_edit")),
        (call("submit"), ("final_answer", "hands_in")),
        (bash("cd /testbed\ncat foo.py"), ("file_read", "reads_by_shell")),
        (bash("cat > a.py <<'EOF'\nimport pytest\ngrep x\nEOF"), ("file_write", "writes_output")),
        (bash("cat > a.py <<'EOF'\nx\nEOF\npytest a.py"), ("verifier", "runs_tests")),
        (bash("cd /testbed && python -m pytest -q 2>&1 | tail -5"), ("verifier", "runs_tests")),
        (bash("git diff HEAD"), ("verifier", "checks_code")),
        (bash("git checkout -- a.py"), ("repair", "takes_back_changes")),
        (bash("grep -rn 'write the file' /w 2>/dev/null"), ("retrieval", "searches_by_shell")),
        (bash("sed -i 's/a/b/' a.py"), ("file_write", "changes_files")),
        (bash("echo 'final answer' "), ("tool_call", "other_command")),
        (bash("python repro_bug.py"), ("verifier", "runs_test_script")),
        (call("execute_bash", {"command": "head -n 5 x.py"}), ("file_read", "reads_by_shell")),
        (code("python", "open('a', 'w').write('x')"), ("file_write", "code_writes")),
        (code("python", "assert f(1) == 2"), ("verifier", "code_tests")),
        (code("python", "f(1)"), ("tool_call", "other_code")),
        (call("wikipediaSearch", {"query": "tide"}), ("retrieval", "searches_by_tool")),
        (call("write_file", {"path": "a", "text": "b"}), ("file_write", "writes_by_tool")),
        (call("open", {"obj": "fridge 1"}), ("tool_call", "other_call")),
        (call("open", {"path": "a.py"}), ("file_read", "reads_by_tool")),
        (call("tide_at", {"harbour": "Oslo"}), ("tool_call", "other_call")),
        (call("tide_at", {"harbour": "Oslo"}, "Let me verify it."), ("verifier", "means_to_check")),
        (call("ask_user", {"question": "Which?"}), ("ask_clarification", "asks_by_tool")),
        (call("Finish", {"return_type": "give_up_and_restart"}), ("BLOCKED", "gives_up")),
    ],
)
def test_a_call_is_told_by_its_tool_and_arguments(warehouse: Warehouse, step: Step, expected: tuple[str, str]) -> None:
    """deviation speculative-classifier"""
    assert types(warehouse, step, result("x"), say("Done.", "So."))[0] == expected


def test_words_are_told_by_where_they_stand_and_how_they_begin(warehouse: Warehouse) -> None:
    found = types(
        warehouse,
        say("Which file do you mean?"), user("a.py"),
        say("Could you specify the line?"), user("3"),
        say("It is the test that was blocked."), user("And now?"),
        say("I look."), bash("ls").in_same_turn(), result("a.py"),
        say("I'm sorry, but that is not allowed."), user("Why?"),
        say("It is done."),
    )  # fmt: skip
    assert found == [
        ("ask_clarification", "asks_the_user"),
        ("ask_clarification", "asks_for_more"),
        ("final_answer", "answers_the_user"),
        ("tool_call", "other_words"),
        ("retrieval", "searches_by_shell"),
        ("BLOCKED", "refuses"),
        ("final_answer", "last_words"),
    ]


def test_every_action_has_one_type_and_a_rule_that_exists(warehouse: Warehouse) -> None:
    types(warehouse, bash(""), result(""), call("", "{}"), say(""), code("cobol", "x"), say("", "Hm."))
    assert warehouse.rows(
        "select count(*), count(distinct (a.trajectory_id, a.step_index)) from standard.actions as a "
        "join standard.action_types using (trajectory_id, step_index) join seeds.action_rules using (rule_id)"
    ) == [(5, 5)]


def test_actions_of_a_message_share_its_published_type(warehouse: Warehouse) -> None:
    warehouse.add("swe-smith/1", user("Go."), bash("ls", "I check it."), call("submit").in_same_turn())
    assert warehouse.rows("from standard.action_types select original_action_type") == [("verifier",)] * 2


def test_a_call_of_toolbench_is_prose_to_the_published_rules(warehouse: Warehouse) -> None:
    """A line break of its input ends a line, so that no rule reads across it."""
    for dataset in ("toolbench", "toucan_1_5m"):
        arguments = '{"what": "edit",\n"which": "file"}'
        warehouse.add(f"{dataset}/1", user("Go."), call("run", arguments), result("x"), say("Done."))
    found = warehouse.rows(
        "from standard.action_types select dataset, original_action_type where turn_index = 0 order by all"
    )
    assert found == [("toolbench", "tool_call"), ("toucan_1_5m", published(json.dumps(json.dumps(arguments))))]


def test_rules_are_told_apart_by_their_priority(warehouse: Warehouse) -> None:
    found = warehouse.rows(
        "from seeds.action_rules select looks_at, priority, count(*) group by all having count(*) > 1"
    )
    assert found == []
    assert warehouse.rows("from seeds.action_rules select count(distinct action_type)") == [(9,)]
