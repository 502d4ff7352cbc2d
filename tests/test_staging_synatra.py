"""synatra: a prompt and a response, both Python, become an objective, a page and a call."""

from typing import Any

import pytest

from tests.staged import Record, staged

DATASET = "synatra"
PAGE = "Tab 0 (current): Brieftaube\n\n[1]  'Brieftaube' focused: True\n\t[34] textbox 'Suche größer'"


def record(response: str, objective: str = "Find it.", page: str = PAGE, past: str = "", website: str = "") -> Record:
    """A record; `past` is what has been done."""
    return {
        "prompt": f'"""You are given a page."""\n# website\nwebsite = "{website}"\n\n'
        f'# observation of the current web page\nobservation = """{page}"""\n\n'
        f'# objective\nobjective = "{objective}"\n\n# past actions\ndef solve():\n{past}',
        "response": response,
    }


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    'click(element_id="93")': ("click", {"bid": "93"}),
    "click(element_id='a93')": ("click", {"bid": "a93"}),
    "click(93)": ("click", {"bid": "93"}),
    "hover(element_id='5')": ("hover", {"bid": "5"}),
    'type(element_id="9", content="tea, (green) = good")': ("type", {"bid": "9", "text": "tea, (green) = good"}),
    'type(element_id="9", content="say "hi, you" (now)")': ("type", {"bid": "9", "text": 'say "hi, you" (now)'}),
    'type("9", "grün\\n")': ("type", {"bid": "9", "text": "grün\n"}),
    'type(element_id="9", content="")': ("type", {"bid": "9", "text": ""}),
    'press(key_comb="Control+a")': ("press", {"key_comb": "Control+a"}),
    'scroll(direction="down")': ("scroll", {"delta_x": 0, "delta_y": 500}),
    'scroll("UP")': ("scroll", {"delta_x": 0, "delta_y": -500}),
    "tab_focus(page_number=2)": ("tab_focus", {"page_number": 2}),
    "tab_focus(tab_index='1')": ("tab_focus", {"page_number": 1}),
    "new_tab()": ("new_tab", {"url": ""}),
    'new_tab(url="https://a.example")': ("new_tab", {"url": "https://a.example"}),
    'goto(url="https://a.example/?q=(1, 2)")': ("goto", {"url": "https://a.example/?q=(1, 2)"}),
    "go_back()": ("go_back", {}),
    "go_forward()": ("go_forward", {}),
    "close_tab()": ("close_tab", {}),
    "tab_close()": ("close_tab", {}),
    'stop(answer="It\'s done.")': ("stop", {"answer": "It's done."}),
    "stop()": ("stop", {"answer": ""}),
}
UNREADABLE = (
    "",
    "# step 2: Nothing is to be done.",
    'type(element="Password", content="x")',
    'type(element_id="9")',
    "click()",
    'scroll(direction="left")',
    'tab_focus(page_number="last")',
    'draw(element_id="9")',
    'click(element_id="9", element_id="8")',
)


@pytest.mark.parametrize("call", CALLS)
def test_arguments_are_read_as_python(call: str) -> None:
    found = staged(DATASET, record(f"# step 2: So.\n{call}\n# step summary: Sum"))
    step = found.steps("0")[2]
    assert (step["class"], step["function"], step["arguments"]) == ("api_action", *CALLS[call])
    assert found.trajectory("0")["exclusion"] is None


@pytest.mark.parametrize("response", UNREADABLE)
def test_what_cannot_be_read_is_kept_and_excludes(response: str) -> None:
    found = staged(DATASET, record(response))
    assert found.trajectory("0")["exclusion"] == "unreadable_step"
    step = found.steps("0")[2]
    assert (step["class"], step["content"]) == ("message_action", response)


def test_comments_are_the_thought() -> None:
    response = '# sub-task 4: Do\n# step 12: One.\n\nMore of it.\nclick(element_id="9")\n# step summary: Click'
    step = staged(DATASET, record(response)).steps("0")[2]
    assert step["thought"] == "# sub-task 4: Do\n# step 12: One.\n\nMore of it.\n# step summary: Click"


def test_several_calls_are_one_turn() -> None:
    steps = staged(DATASET, record('# a\nclick(element_id="1")\ntype(element_id="2", content="x")')).steps("0")[2:]
    assert [(step["function"], step["turn_index"], step["thought"]) for step in steps] == [
        ("click", 0, "# a"),
        ("type", 0, None),
    ]
    assert [step["details"] for step in steps] == [{"result": "shared"}, {"result": "beyond"}]


def test_prompt_becomes_objective_and_page_with_what_was_done() -> None:
    past = '\t# step 1\n\tclick(element_id="7")'
    found = staged(DATASET, record("stop()", 'Delete "Lärm".', past=past, website="mail.example"))
    told, page, call = found.steps("0")
    assert (told["source"], told["content"].splitlines()[-1]) == ("user", 'Objective: Delete "Lärm".')
    assert page["axtree"] == PAGE + '\n\n# Previous Actions\ndef solve():\n\t# step 1\n\tclick(bid="7")'
    assert (page["url"], found.trajectory("0")["details"]) == ("mail.example", {"website": "mail.example"})
    assert call["details"] is None


def test_a_page_may_hold_what_parts_are_told_by() -> None:
    page = 'Tab 0\n# objective\nobjective = "x"\nobservation = """y'
    found = staged(DATASET, record("stop()", page=page))
    assert found.trajectory("0")["exclusion"] is None
    assert found.steps("0")[1]["axtree"].startswith(page)
    assert found.steps("0")[0]["content"].endswith("Objective: Find it.")


def test_a_step_within_its_task_is_not_an_end() -> None:
    found = staged(DATASET, record('click(element_id="1")'), record("stop()"))
    assert [found.steps(name)[-1]["details"] for name in ("0", "1")] == [{"result": "beyond"}, None]


def test_another_prompt_is_kept_and_excludes() -> None:
    found = staged(
        DATASET, {"prompt": "What now?", "response": 'click(element_id="1")'}, {"prompt": "", "response": ""}
    )
    assert [row["exclusion"] for row in found.trajectories] == ["unreadable_step"] * 2
    assert found.steps("0")[0]["content"] == "What now?"
    assert [step["step_index"] for step in found.steps("0")] == [0, 1]


def test_steps_of_one_task_share_it() -> None:
    found = staged(DATASET, record("stop()"), record("go_back()"), record("stop()", "Find more."))
    tasks = [row["task_id"] for row in found.trajectories]
    assert tasks[0] == tasks[1] != tasks[2]
