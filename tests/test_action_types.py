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


# What a call is for, and the rule that tells.
CALLED: list[tuple[Step, tuple[str, str]]] = [
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
    (bash("cat a.py > /dev/null"), ("file_read", "reads_by_shell")),
    (bash("grep -n 'a > b' a.py"), ("retrieval", "searches_by_shell")),
    (bash("sed -E -e 's/a/b/' -i.bak a.py"), ("file_write", "changes_files")),
    (bash("sed -n 's/a -i/b/p' a.py"), ("file_read", "reads_by_shell")),
    (bash("perl -0pi -e 's/a/b/' a.py"), ("file_write", "changes_files")),
    (bash("apply_patch <<'EOF'\n*** Begin Patch\nEOF"), ("file_write", "changes_files")),
    (bash("# Let's see\ncat a.py\n# that's it"), ("file_read", "reads_by_shell")),
    (bash("for f in *.py; do grep foo $f; done"), ("retrieval", "searches_by_shell")),
    (bash("if [ -f a.py ]; then cat a.py; fi"), ("file_read", "reads_by_shell")),
    (bash("timeout -k 5 60 conda run -n env --no-capture-output pytest -q"), ("verifier", "runs_tests")),
    (bash("python manage.py test shop"), ("verifier", "runs_tests")),
    (bash("bin/test sympy/core/tests/test_basic.py"), ("verifier", "runs_tests")),
    (bash("test -f a.py && echo yes"), ("tool_call", "other_command")),
    (
        bash("cat > a <<'A'\nx\nA\ncat > b <<'B'\nx\nB\ncat > c <<'C'\npytest x\nC"),
        ("file_write", "writes_output"),
    ),
    (call("Bash", {"command": "pytest -q"}), ("verifier", "runs_tests")),
    (call("execute_bash", {"command": "head -n 5 x.py"}), ("file_read", "reads_by_shell")),
    (code("python", "open('a', 'w').write('x')"), ("file_write", "code_writes")),
    (code("python", "assert f(1) == 2"), ("verifier", "code_tests")),
    (code("python", "f(1)"), ("tool_call", "other_code")),
    (code("python", "print(wikipedia_search('tide'))"), ("retrieval", "code_fetches")),
    (code("python", "print(re.search('a', 'b'), binary_search(x, 3))"), ("tool_call", "other_code")),
    (code("python", "open_file('a.py', 10)"), ("file_read", "code_reads")),
    (code("python", "edit_file('a.py', start=1, end=2, content='x')"), ("file_write", "code_writes")),
    (code("python", "search_dir('tide')"), ("retrieval", "code_fetches")),
    (call("wikipediaSearch", {"query": "tide"}), ("retrieval", "searches_by_tool")),
    (call("write_file", {"path": "a", "text": "b"}), ("file_write", "writes_by_tool")),
    (call("open", {"obj": "fridge 1"}), ("tool_call", "other_call")),
    (call("goto", {"line_number": 12}), ("file_read", "reads_by_tool")),
    (call("goto", {"url": "https://example.org"}), ("tool_call", "other_call")),
    (call("submit", {"bid": "12"}), ("tool_call", "other_call")),
    (call("upload_file", {"bid": "12", "file": "a.png"}), ("tool_call", "other_call")),
    (call("get_relations", {"variable": "#0"}), ("retrieval", "searches_by_tool")),
    (call("files-list_directory", {"path": "src"}), ("retrieval", "searches_by_tool")),
    (call("end", {"succeeds": True}), ("final_answer", "hands_in")),
    (call("end", {"succeeds": False}), ("BLOCKED", "gives_up")),
    (call("think", {"thought": "Let me check whether it works."}), ("tool_call", "other_call")),
    (call("open", {"path": "a.py"}), ("file_read", "reads_by_tool")),
    (call("tide_at", {"harbour": "Oslo"}), ("tool_call", "other_call")),
    (call("tide_at", {"harbour": "Oslo"}, "Let me verify it."), ("verifier", "means_to_check")),
    (call("ask_user", {"question": "Which?"}), ("ask_clarification", "asks_by_tool")),
    (call("Finish", {"return_type": "give_up_and_restart"}), ("BLOCKED", "gives_up")),
]


def test_a_call_is_told_by_its_tool_and_arguments(warehouse: Warehouse) -> None:
    """deviation speculative-classifier"""
    for number, (step, _) in enumerate(CALLED):
        warehouse.add(f"swe-smith/{number}", user("Go."), step, result("x"), say("Done.", "So."))
    found = warehouse.rows(
        "from standard.action_types select trajectory_id, action_type, rule_id where step_index = 1 order by all"
    )
    told = {trajectory_id: tuple(rest) for trajectory_id, *rest in found}
    assert told == {f"swe-smith/{number}": expected for number, (_, expected) in enumerate(CALLED)}


def test_words_are_told_by_where_they_stand_and_how_they_begin(warehouse: Warehouse) -> None:
    found = types(
        warehouse,
        say("Which file do you mean?"), user("a.py"),
        say("Could you specify the line?"), user("3"),
        say("It is the test that was blocked."), user("And now?"),
        say("I look."), bash("ls").in_same_turn(), result("a.py"),
        say("I'm sorry, but that is not allowed."), user("Why?"),
        say("I'm unable to proceed."), user("Try again."),
        say("It is done."),
    )  # fmt: skip
    assert found == [
        ("ask_clarification", "asks_the_user"),
        ("ask_clarification", "asks_for_more"),
        ("final_answer", "answers_the_user"),
        ("tool_call", "other_words"),
        ("retrieval", "searches_by_shell"),
        ("BLOCKED", "refuses"),
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
