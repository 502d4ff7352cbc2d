"""What an agent's own package says: its system prompt and the schemas of its tools, for `adp prompts import`.

mini-swe-agent, AgentLab and BrowserGym are read without running them: their files hold the texts as they are. OpenHands
puts its prompt together when it starts, so adp/openhands_probe.py is run, by the Python of the environment in which the
package is installed.
"""

import ast
import importlib.metadata
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adp.errors import UserError

_PROBE = Path(__file__).with_name("openhands_probe.py")
_PROBE_SECONDS = 300
_COMMAND_MARK = "```mswea_bash_command"  # in which sft.mini_swe_agent writes commands
_JSON_TYPES = {
    "str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array", "dict": "object",
}  # fmt: skip


@dataclass(frozen=True)
class Tool:
    """A tool as the agent's package describes it."""

    name: str
    description: str
    parameters: dict[str, Any]
    package: str
    version: str | None


@dataclass(frozen=True)
class Prompt:
    """What an agent's package says to the model."""

    target: str  # the training set of that agent
    text: str
    package: str
    version: str | None
    task_frame: str | None = None  # what stands around the task, {task} in its place
    tools: Sequence[Tool] = field(default=())


@dataclass(frozen=True)
class _Package:
    """A package that was found."""

    name: str  # as it is installed
    folder: Path  # of the module
    version: str | None


def read(agent: str, source: str | None = None) -> Prompt:
    """The prompt of an agent, from the package that is installed or from a folder or environment."""
    reader = AGENTS.get(agent)
    if reader is None:
        raise UserError(f"no prompt can be imported for {agent!r}; there are {', '.join(AGENTS)}")
    return reader(_Place(agent, source))


class _Place:
    """Where packages are looked for: in this Python's environment, in another one, or in a folder."""

    def __init__(self, agent: str, source: str | None) -> None:
        self.agent = agent
        self.source = source
        self.folders: list[Path] = []
        self.python = Path(sys.executable)
        if source is None:
            return
        root = Path(source).expanduser()
        if not root.is_dir():
            raise UserError(f"{source} is no folder; name an environment, or a folder that holds the package")
        python = next((path for path in (root / "bin/python", root / "Scripts/python.exe") if path.exists()), None)
        if python is not None:
            self.python = python
        installed = [*sorted(root.glob("lib/python3*/site-packages")), root / "Lib/site-packages"]
        self.folders = [root, root / "src", *installed, root.parent]

    @property
    def is_environment(self) -> bool:
        """Whether another Python was named."""
        return self.source is not None and self.python != Path(sys.executable)

    def package(self, name: str, module: str) -> _Package:
        """A package by the name that it is installed by and by that of its module."""
        parts = module.split(".")
        if self.source is None:
            top = importlib.util.find_spec(parts[0])
            places = [Path(place) for place in (top.submodule_search_locations or ())] if top else []
            found = [folder for place in places if (folder := place.joinpath(*parts[1:])).is_dir()]
            if not found:
                raise self._missing(name)
            try:
                return _Package(name, found[0], importlib.metadata.version(name))
            except importlib.metadata.PackageNotFoundError:
                return _Package(name, found[0], None)
        for folder in self.folders:
            if (found_here := folder.joinpath(*parts)).is_dir():
                return _Package(name, found_here, _version(name, folder, found_here))
        raise self._missing(name)

    def run(self, script: Path, package: _Package) -> dict[str, Any]:
        """The JSON that a script prints when the Python of this place runs it."""
        path = [str(folder) for folder in self.folders if folder.is_dir()] if not self.is_environment else []
        try:
            ran = subprocess.run(
                [str(self.python), "-c", _START, json.dumps(path), str(script)],
                capture_output=True,
                text=True,
                timeout=_PROBE_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UserError(f"{package.name} cannot be asked for its prompt: {error}") from error
        if ran.returncode:
            said = ran.stderr.strip().splitlines() or ["it says nothing"]
            name = " ".join(filter(None, (package.name, package.version)))
            raise UserError(f"{name} does not give its prompt: {said[-1]}{self._hint()}")
        try:
            found = json.loads(ran.stdout)
        except ValueError as error:
            raise UserError(f"{package.name} answers something else than its prompt") from error
        assert isinstance(found, dict)
        return found

    def _missing(self, name: str) -> UserError:
        if self.source is not None:
            return UserError(f"{name} is not in {self.source}")
        install = f"pip install 'adp-warehouse[{self.agent}]'{_NEEDS.get(self.agent, '')}"
        return UserError(
            f"{name} is not installed here: {install}, or name an environment or a folder that holds it with --from; "
            "until then our own prompt is used"
        )

    def _hint(self) -> str:
        return "" if self.is_environment else f" (run by Python {sys.version_info[0]}.{sys.version_info[1]})"


_NEEDS = {"openhands": " (Python 3.12 or newer)", "agentlab": " (Python 3.11 or 3.12)"}
_START = (
    "import json, runpy, sys; sys.path[:1] = json.loads(sys.argv[1]); runpy.run_path(sys.argv[2], run_name='__main__')"
)


def _openhands(place: _Place) -> Prompt:
    """OpenHands: the prompt of its default agent, for the training set with tool calls."""
    package = place.package("openhands-sdk", "openhands.sdk")
    tools = place.package("openhands-tools", "openhands.tools")
    found = place.run(_PROBE, package)
    built_in = {"finish", "think"}
    return Prompt(
        "openhands_tools",
        found["text"],
        package.name,
        package.version,
        tools=[
            Tool(tool["name"], tool["description"], tool["parameters"], origin.name, origin.version)
            for tool in found["tools"]
            for origin in [package if tool["name"] in built_in else tools]
        ],
    )


def _agentlab(place: _Place) -> Prompt:
    """AgentLab: the system prompt of its generic agent; BrowserGym: the actions."""
    package = place.package("agentlab", "agentlab")
    gym = place.package("browsergym-core", "browsergym.core")
    text = None
    for node in _parsed(package, "agents/dynamic_prompting.py").body:
        if isinstance(node, ast.ClassDef) and node.name == "SystemPrompt":
            text = _constant(node, "_prompt")
    if not isinstance(text, str):
        raise _unlike(package, "agents/dynamic_prompting.py has no SystemPrompt")
    actions = _parsed(gym, "action/functions.py")
    tools = [_from_function(node, gym) for node in actions.body if isinstance(node, ast.FunctionDef)]
    shown = [tool for tool in tools if not tool.name.startswith("_")]
    if not shown:
        raise _unlike(gym, "action/functions.py has no functions")
    return Prompt("agentlab", text.strip("\n"), package.name, package.version, tools=shown)


def _mini_swe_agent(place: _Place) -> Prompt:
    """mini-swe-agent: the prompt of the form in which commands stand in blocks."""
    import yaml

    package = place.package("mini-swe-agent", "minisweagent")
    for name in ("config/mini_textbased.yaml", "config/mini.yaml", "config/default.yaml"):
        file = package.folder / name
        if not file.is_file():
            continue
        try:
            config = yaml.safe_load(_text(package, name))
        except yaml.YAMLError as error:
            raise _unlike(package, f"{name} cannot be read") from error
        agent = config.get("agent") if isinstance(config, dict) else None
        system = agent.get("system_template") if isinstance(agent, dict) else None
        task = agent.get("instance_template") if isinstance(agent, dict) else None
        if isinstance(system, str) and isinstance(task, str) and _COMMAND_MARK in system + task:
            return Prompt(
                "mini_swe_agent",
                _rendered(system, package).rstrip("\n"),
                package.name,
                package.version,
                task_frame=_rendered(task, package).rstrip("\n"),
                tools=_bash_tool(package),
            )
    raise _unlike(package, f"no prompt of its own reads commands from blocks that begin with {_COMMAND_MARK}")


AGENTS: dict[str, Callable[[_Place], Prompt]] = {
    "openhands": _openhands,
    "agentlab": _agentlab,
    "mini-swe-agent": _mini_swe_agent,
}
"""Agent -> how its package is read."""


def _bash_tool(package: _Package) -> list[Tool]:
    """The one tool of mini-swe-agent, where the package has it as a constant."""
    name = "models/utils/actions_toolcall.py"
    if not (package.folder / name).is_file():
        return []
    tool = _constant(_parsed(package, name), "BASH_TOOL")
    if not isinstance(tool, dict):
        return []
    said = tool["function"]
    return [Tool(said["name"], said["description"], said["parameters"], package.name, package.version)]


def _rendered(template: str, package: _Package) -> str:
    """A template of Jinja's as it reads on Linux, with `{task}` for the task.

    Only what these templates use is known: values in braces, and blocks for one operating system.
    """
    values = {"task": "{task}", "system": "Linux", "release": "", "version": "", "machine": "x86_64"}

    def block(found: re.Match[str]) -> str:
        before, inside, behind = found[1] or "", found[4], found[6] or ""
        if found[3] == values["system"]:
            return before + inside + behind
        # a dash takes the blanks on its side
        return ("" if found[2] else before) + ("" if found[5] else behind)

    begin, end = r'(\s*)\{%(-?)\s*if system == "(\w+)"\s*-?%\}', r"\{%-?\s*endif\s*(-?)%\}(\s*)"
    text = re.sub(f"{begin}(.*?){end}", block, template, flags=re.DOTALL)

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise _unlike(package, f"its prompt asks for {found[1]}")
        return values[found[1]]

    text = re.sub(r"\{\{\s*(\w+)\s*\}\}", value, text)
    if "{%" in text or "{{" in text:
        raise _unlike(package, "its prompt is a template of another kind")
    return re.sub(r"(?m)[ \t]+$", "", text)


def _from_function(node: ast.FunctionDef, package: _Package) -> Tool:
    """A Python function as a tool: its first paragraph says what it does, annotations and defaults what it takes."""
    arguments = node.args.args
    defaults = [None] * (len(arguments) - len(node.args.defaults)) + list(node.args.defaults)
    properties: dict[str, Any] = {}
    required = []
    for argument, default in zip(arguments, defaults, strict=True):
        schema = _schema(argument.annotation)
        if default is None:
            required.append(argument.arg)
        else:
            schema["default"] = _value(default)
        properties[argument.arg] = schema
    parameters: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        parameters["required"] = required
    said = (ast.get_docstring(node) or "").split("\n\n")[0]
    return Tool(node.name, " ".join(said.split()), parameters, package.name, package.version)


def _schema(annotation: ast.expr | None) -> dict[str, Any]:
    """The JSON schema of an annotation; an empty one where it says more than a simple type."""
    if isinstance(annotation, ast.Name) and annotation.id in _JSON_TYPES:
        return {"type": _JSON_TYPES[annotation.id]}
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name):
        if annotation.value.id == "Literal":
            return {"type": "string", "enum": _value(annotation.slice)}
        if annotation.value.id == "list":
            return {"type": "array", "items": _schema(annotation.slice)}
    return {}


def _value(node: ast.expr) -> Any:
    """The value of a literal; a tuple as a list."""
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return list(value) if isinstance(value, tuple) else value


def _constant(node: ast.ClassDef | ast.Module, name: str) -> Any:
    """The literal that a name is given in a class or module."""
    for statement in node.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in statement.targets
        ):
            return _value(statement.value)
    return None


def _parsed(package: _Package, name: str) -> ast.Module:
    try:
        return ast.parse(_text(package, name))
    except SyntaxError as error:
        raise _unlike(package, f"{name} cannot be read") from error


def _text(package: _Package, name: str) -> str:
    try:
        return (package.folder / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unlike(package, f"{name} cannot be read") from error


def _unlike(package: _Package, what: str) -> UserError:
    return UserError(f"{package.name} {package.version or 'of an unknown version'} is not as expected: {what}")


def _version(name: str, folder: Path, module: Path) -> str | None:
    """The version that a folder states: of what is installed in it, of a source tree, or of the module itself."""
    return next(_versions(name, folder, module), None)


def _versions(name: str, folder: Path, module: Path) -> Iterator[str]:
    stem = name.replace("-", "_")
    for metadata in sorted(folder.glob(f"{stem}-*.dist-info/METADATA")):
        yield from re.findall(r"(?m)^Version: (\S+)$", metadata.read_text(encoding="utf-8", errors="replace"))[:1]
    for place in (folder, folder.parent):
        if (project := place / "pyproject.toml").is_file():
            try:
                told = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {})
            except (tomllib.TOMLDecodeError, UnicodeDecodeError):
                continue
            if told.get("name") == name and isinstance(told.get("version"), str):
                yield told["version"]
    if (start := module / "__init__.py").is_file():
        yield from re.findall(
            r"""(?m)^__version__ = ["']([^"']+)["']""", start.read_text(encoding="utf-8", errors="replace")
        )[:1]
