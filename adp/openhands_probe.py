"""Prints, as JSON, the system prompt and the tools of the OpenHands that is installed beside this Python.

Run as a script by adp/agent_packages.py, possibly by the Python of another environment: nothing of this project is
imported here. Tools are made with an executor that does nothing, since only their descriptions are wanted.
"""

import inspect
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any


def main() -> None:
    """Print what was found."""
    answers = os.dup(1)
    os.dup2(2, 1)  # what the package prints is no answer
    with tempfile.TemporaryDirectory() as folder:
        # Neither the network nor what this machine's user has told OpenHands belongs into a prompt.
        os.environ.update(
            HOME=folder, OH_PERSISTENCE_DIR=folder, LITELLM_LOCAL_MODEL_COST_MAP="True", OPENHANDS_SUPPRESS_BANNER="1"
        )
        found = {"text": prompt(), "tools": list(tools(folder))}
    with os.fdopen(answers, "w", encoding="utf-8") as out:
        json.dump(found, out)


def prompt() -> str:
    """The system prompt of the default agent, without what depends on a conversation."""
    from openhands.sdk import LLM, Agent
    from openhands.tools.preset.default import get_default_tools

    agent = Agent(
        llm=LLM(model="openai/any", api_key="none"),
        tools=get_default_tools(),
        system_prompt_kwargs={"cli_mode": False},
    )
    return str(getattr(agent, "static_system_message", None) or agent.system_message)


def tools(folder: str) -> Iterator[dict[str, Any]]:
    """The tools of the default agent as a model is told them."""
    from openhands.sdk.tool import ToolDefinition, ToolExecutor
    from openhands.sdk.tool.builtins import BUILT_IN_TOOLS

    class Idle(ToolExecutor):  # type: ignore[misc]
        def __call__(self, *_: Any, **__: Any) -> Any:
            raise NotImplementedError

    state = SimpleNamespace(
        workspace=SimpleNamespace(working_dir=folder),
        env_observation_persistence_dir=None,
        persistence_dir=None,
        agent=SimpleNamespace(llm=SimpleNamespace(vision_is_active=lambda: False)),
    )
    given = {"conv_state": state, "executor": Idle()}
    for kind in [*BUILT_IN_TOOLS, *kinds(ToolDefinition)]:
        names = inspect.signature(kind.create).parameters.keys() & given.keys()
        for tool in kind.create(**{name: given[name] for name in names}):
            yield tool.to_openai_tool()["function"]


def kinds(base: type) -> Iterator[type]:
    """The classes of tools in the modules that the default agent's tools come from."""
    from openhands.tools.preset.default import get_default_tools

    wanted = {tool.name for tool in get_default_tools()}
    for module_name, module in sorted(sys.modules.items()):
        parts = module_name.split(".")
        if parts[:2] != ["openhands", "tools"] or parts[-1] != "definition":
            continue
        found = [
            kind
            for kind in vars(module).values()
            if inspect.isclass(kind) and issubclass(kind, base) and kind.__module__ == module_name
        ]
        if not wanted & {name for kind in found for name in (kind.__name__, getattr(kind, "name", None))}:
            continue
        # A set of tools makes them with an executor of its own, which would start a browser.
        yield from (kind for kind in found if not kind.__name__.endswith("Set"))


if __name__ == "__main__":
    main()
