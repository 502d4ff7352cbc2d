"""`adp prompts import`: what small packages in the form of the real ones say, and what becomes of it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from adp import agent_packages, prompts
from adp.config import Paths
from adp.errors import UserError

pytestmark = pytest.mark.any_duckdb

TEXTBASED = """
agent:
  system_template: |
    Answer with one command:
    ```mswea_bash_command
    ls
    ```
  instance_template: |
    Solve this: {{task}}

    You are on {{system}} {{ release }}.
    {%- if system == "Darwin" -%}
    Use `sed -i ''`.
    {%- endif %}
    Begin.
"""
BASH_TOOL = """
BASH_TOOL = {
    "type": "function",
    "function": {"name": "bash", "description": "Runs it.", "parameters": {"type": "object", "properties": {}}},
}
"""
MINI = {
    "minisweagent/__init__.py": '__version__ = "2.7.1"\n',
    "minisweagent/config/mini_textbased.yaml": TEXTBASED,
    "minisweagent/models/utils/actions_toolcall.py": BASH_TOOL,
}
LAB = {
    "agentlab/__init__.py": "raise RuntimeError('this is not to be run')\n",
    "agentlab/agents/dynamic_prompting.py": 'class SystemPrompt:\n    _prompt = """\\\nYou browse.\n"""\n',
    "agentlab-0.9.dist-info/METADATA": "Metadata-Version: 2.1\nName: agentlab\nVersion: 0.9\n",
    "browsergym/core/action/functions.py": '''
from typing import Literal
def _private(): ...
def send_msg_to_user(text: str):
    """
    Sends
    a message.

    Examples:
        send_msg_to_user("a")
    """
def click(bid: str, button: Literal["left", "right"] = "left", keys: list[str] = [], other: str | None = None):
    """Clicks."""
''',
    "browsergym_core-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: browsergym-core\nVersion: 1.2\n",
}
TOOL = """
import inspect


class ToolExecutor: ...


class ToolDefinition:
    name = ""
    def __init__(self, schema):
        self.schema = schema
    def to_openai_tool(self):
        said = {"name": self.name, "description": "Theirs.", "parameters": self.schema}
        return {"type": "function", "function": said}
"""
HANDS = {
    "openhands/sdk/__init__.py": """
import os
print("a banner that is no answer")
class LLM:
    def __init__(self, model, api_key): self.model = model
class Agent:
    def __init__(self, llm, tools, system_prompt_kwargs): self.tools = tools
    @property
    def static_system_message(self):
        return "You have " + ", ".join(tool.name for tool in self.tools) + "."
""",
    "openhands/sdk/tool/__init__.py": TOOL,
    "openhands/sdk/tool/builtins/__init__.py": """
from openhands.sdk.tool import ToolDefinition
class FinishTool(ToolDefinition):
    name = "finish"
    @classmethod
    def create(cls, conv_state=None):
        return [cls({"type": "object", "properties": {"message": {}}, "required": ["message"]})]
BUILT_IN_TOOLS = [FinishTool]
""",
    "openhands/tools/__init__.py": "",
    "openhands/tools/terminal/__init__.py": "from openhands.tools.terminal.definition import TerminalTool\n",
    "openhands/tools/terminal/definition.py": """
from openhands.sdk.tool import ToolDefinition, ToolExecutor
class TerminalTool(ToolDefinition):
    name = "terminal"
    @classmethod
    def create(cls, conv_state, executor):
        assert isinstance(executor, ToolExecutor) and conv_state.workspace.working_dir
        properties = {"command": {}, "is_input": {}, "timeout": {}}
        return [cls({"type": "object", "properties": properties, "required": ["command"]})]
""",
    "openhands/tools/other/__init__.py": "",
    "openhands/tools/preset/__init__.py": "",
    "openhands/tools/preset/default.py": """
class Spec:
    name = "terminal"
def get_default_tools():
    import openhands.tools.terminal
    return [Spec()]
""",
    "openhands_sdk-1.9.dist-info/METADATA": "Name: openhands-sdk\nVersion: 1.9\n",
    "openhands_tools-1.8.dist-info/METADATA": "Name: openhands-tools\nVersion: 1.8\n",
}


def package(folder: Path, files: Mapping[str, str]) -> str:
    """Write the files of a package; the folder to give as --from."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return str(folder)


def test_mini_swe_agent_is_read_as_it_reads_on_linux(tmp_path: Path) -> None:
    prompt = agent_packages.read("mini-swe-agent", package(tmp_path, MINI))
    assert prompt.target == "mini_swe_agent"
    assert prompt.text == "Answer with one command:\n```mswea_bash_command\nls\n```"
    assert prompt.task_frame == "Solve this: {task}\n\nYou are on Linux .\nBegin."
    assert (prompt.package, prompt.version) == ("mini-swe-agent", "2.7.1")
    assert [tool.name for tool in prompt.tools] == ["bash"]


@pytest.mark.parametrize("below", ["src", "lib/python3.12/site-packages"])
def test_a_source_tree_or_an_environment_can_be_named(tmp_path: Path, below: str) -> None:
    package(tmp_path / below, MINI)
    assert agent_packages.read("mini-swe-agent", str(tmp_path)).version == "2.7.1"


def test_the_folder_of_the_module_itself_can_be_named(tmp_path: Path) -> None:
    package(tmp_path, MINI)
    assert agent_packages.read("mini-swe-agent", str(tmp_path / "minisweagent")).version == "2.7.1"


def test_a_version_is_that_of_the_project_file_where_nothing_is_installed(tmp_path: Path) -> None:
    project = '[project]\nname = "mini-swe-agent"\nversion = "3.0"\n'
    package(tmp_path, MINI | {"pyproject.toml": project, "minisweagent/__init__.py": ""})
    assert agent_packages.read("mini-swe-agent", str(tmp_path)).version == "3.0"


def test_a_mini_swe_agent_that_reads_other_blocks_is_refused(tmp_path: Path) -> None:
    older = TEXTBASED.replace("mswea_bash_command", "bash")
    with pytest.raises(UserError, match=r"mini-swe-agent 2\.7\.1 is not as expected: no prompt of its own reads"):
        agent_packages.read(
            "mini-swe-agent", package(tmp_path, MINI | {"minisweagent/config/mini_textbased.yaml": older})
        )


@pytest.mark.parametrize(
    ("template", "message"),
    [("{{user}}", "asks for user"), ("{% for a in b %}{% endfor %}", "a template of another kind")],
)
def test_a_template_that_asks_for_more_is_refused(tmp_path: Path, template: str, message: str) -> None:
    asking = TEXTBASED.replace("Begin.", template)
    with pytest.raises(UserError, match=message):
        agent_packages.read(
            "mini-swe-agent", package(tmp_path, MINI | {"minisweagent/config/mini_textbased.yaml": asking})
        )


def test_agentlab_is_read_without_running_it(tmp_path: Path) -> None:
    prompt = agent_packages.read("agentlab", package(tmp_path, LAB))
    assert (prompt.target, prompt.text, prompt.version) == ("agentlab", "You browse.", "0.9")
    said, click = prompt.tools
    assert (said.name, said.description, said.package, said.version) == (
        "send_msg_to_user",
        "Sends a message.",
        "browsergym-core",
        "1.2",
    )
    assert click.parameters == {
        "type": "object",
        "properties": {
            "bid": {"type": "string"},
            "button": {"type": "string", "enum": ["left", "right"], "default": "left"},
            "keys": {"type": "array", "items": {"type": "string"}, "default": []},
            "other": {"default": None},
        },
        "required": ["bid"],
    }


def test_openhands_is_asked_by_the_python_that_has_it(tmp_path: Path) -> None:
    prompt = agent_packages.read("openhands", package(tmp_path, HANDS))
    assert (prompt.target, prompt.text) == ("openhands_tools", "You have terminal.")
    assert [(tool.name, tool.package, tool.version) for tool in prompt.tools] == [
        ("finish", "openhands-sdk", "1.9"),
        ("terminal", "openhands-tools", "1.8"),
    ]


def test_what_goes_wrong_in_openhands_is_said(tmp_path: Path) -> None:
    broken = HANDS | {"openhands/sdk/__init__.py": "raise ImportError('no such wheel')"}
    with pytest.raises(UserError, match=r"openhands-sdk 1\.9 does not give its prompt: ImportError: no such wheel"):
        agent_packages.read("openhands", package(tmp_path, broken))


@pytest.mark.parametrize(
    ("agent", "source", "message"),
    [
        ("openhands", None, r"openhands-sdk is not installed here: pip install 'adp-warehouse\[openhands\]'"),
        ("agentlab", None, "agentlab is not installed here"),
        ("mini-swe-agent", None, "mini-swe-agent is not installed here.*our own prompt is used"),
        ("mini-swe-agent", ".", "mini-swe-agent is not in"),
        ("mini-swe-agent", "nowhere", "nowhere is no folder"),
        ("cursor", None, "no prompt can be imported for 'cursor'; there are openhands, agentlab, mini-swe-agent"),
    ],
)
def test_what_is_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agent: str, source: str | None, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=message):
        agent_packages.read(agent, source if source != "." else str(tmp_path))


def test_half_of_a_package_says_what_is_missing(tmp_path: Path) -> None:
    alone = {name: text for name, text in LAB.items() if not name.startswith("browsergym")}
    with pytest.raises(UserError, match="browsergym-core is not in"):
        agent_packages.read("agentlab", package(tmp_path, alone))


def adp(paths: Paths, *arguments: str) -> str:
    """What the command line prints."""
    command = [sys.executable, "-m", "adp.cli", *arguments, "--db", str(paths.db), "--data", str(paths.data)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_an_export_names_the_packages_of_its_prompt_and_tools(few_copy: Paths, tmp_path: Path) -> None:
    source = package(tmp_path / "package", HANDS)

    def exported() -> tuple[dict[str, object], dict[str, object]]:
        adp(few_copy, "export", "openhands_tools", "--out", str(tmp_path / "out.jsonl"), "--dataset", "swe-smith")
        with (tmp_path / "out.jsonl").open() as lines:
            record = json.loads(next(lines))
        return record, json.loads((tmp_path / "out.jsonl.manifest.json").read_text())

    _, ours = exported()
    assert ours["imported_tools"] == []
    assert isinstance(ours["system_prompt"], dict)
    assert ours["system_prompt"]["origin"] == "seeds"

    adp(few_copy, "prompts", "import", "openhands", "--from", source)
    record, theirs = exported()
    assert isinstance(theirs["system_prompt"], dict)
    assert {key: theirs["system_prompt"][key] for key in ("origin", "package", "version")} == {
        "origin": "openhands",
        "package": "openhands-sdk",
        "version": "1.9",
    }
    assert theirs["imported_tools"] == [
        {"package": "openhands-sdk", "version": "1.9", "tools": ["finish"]},
        {"package": "openhands-tools", "version": "1.8", "tools": ["terminal"]},
    ]
    assert theirs["agent_tools_sha256"] != ours["agent_tools_sha256"]
    assert isinstance(record["messages"], list)
    assert record["messages"][0]["content"] == "You have terminal."
    assert isinstance(record["tools"], list)
    (terminal,) = [tool["function"] for tool in record["tools"] if tool["function"]["name"] == "terminal"]
    assert terminal["description"] == "Theirs."

    adp(few_copy, "prompts", "reset", "openhands_tools")
    _, again = exported()
    assert again["system_prompt"] == ours["system_prompt"]
    assert again["imported_tools"] == []


def test_every_agent_that_can_be_imported_has_a_prompt_of_ours(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "adp.db", tmp_path / "data")
    targets = {target for target, *_ in prompts.in_use(paths)}
    for agent, files in (("openhands", HANDS), ("agentlab", LAB), ("mini-swe-agent", MINI)):
        assert prompts.bring_in(paths, agent, package(tmp_path / agent, files)).target in targets
    in_use = {target: (origin, version) for target, origin, _, version, *_ in prompts.in_use(paths)}
    assert in_use["mini_swe_agent"] == ("mini-swe-agent", "2.7.1")
    assert in_use["sweagent"] == ("seeds", None)
    assert prompts.tools_in_use(paths, "agentlab") == [("send_msg_to_user", "browsergym-core", "1.2")]
