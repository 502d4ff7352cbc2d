"""The records of the training sets, one model per view of `sft`.

A record that the exporter writes as JSON lines is valid for its model: tests hold the views' columns and every rendered
sample against them.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Record(BaseModel):
    """What all records have in common."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Turn(Record):
    """What one side says before the other speaks."""

    speaker: Literal["human", "gpt"] = Field(alias="from", description="human, or gpt for the agent")
    value: str = Field(description="the text")


class Message(Record):
    """A turn in the words of chat models."""

    role: Literal["user", "assistant"] = Field(description="who speaks")
    content: str = Field(description="the text")


class Conversation(Record):
    """How one trajectory reads for an agent that keeps the whole conversation: OpenHands, SWE-agent."""

    id: str = Field(description="trajectory_id")
    conversations: Annotated[list[Turn], Field(min_length=2)] = Field(
        description="turns that alternate, the human's first, the agent's last"
    )
    system: str | None = Field(description="system prompt of the agent")
    dataset: str = Field(description="upstream corpus, by its ADP name")

    @field_validator("conversations")
    @classmethod
    def _alternate(cls, turns: list[Turn]) -> list[Turn]:
        if [turn.speaker for turn in turns] != ["human", "gpt"] * (len(turns) // 2):
            raise ValueError("turns do not alternate from the human to the agent")
        return turns


class SeenConversation(Conversation):
    """A conversation with an agent that can be shown images: OpenHands."""

    images: list[str] = Field(
        default=[], description="images in the order of the text: below the folder of landed data, else as the source"
    )


class Step(Record):
    """One model call of a trajectory for an agent that begins every turn anew: AgentLab."""

    id: str = Field(description="<trajectory_id>-<turn>, from 0")
    conversations: Annotated[list[Message], Field(min_length=2, max_length=2)] = Field(
        description="what the agent is shown, and its answer"
    )
    system: str | None = Field(description="system prompt of the agent")
    dataset: str = Field(description="upstream corpus, by its ADP name")
    trajectory_id: str = Field(description="trajectory that the call belongs to")


class Function(Record):
    """What a call calls."""

    name: str = Field(description="name of the tool")
    arguments: str = Field(description="a JSON object, as text")

    @field_validator("arguments")
    @classmethod
    def _object(cls, text: str) -> str:
        if not isinstance(json.loads(text), dict):
            raise ValueError("arguments are no JSON object")
        return text


class ToolCall(Record):
    """One call in a message of the agent."""

    id: str = Field(description="what its result names")
    type: Literal["function"] = Field(description="function")
    function: Function = Field(description="what is called")


class ChatMessage(Record):
    """A message as OpenAI's chat interface has it; members that have nothing to say are left out."""

    role: Literal["system", "user", "assistant", "tool"] = Field(description="who speaks; tool: the result of a call")
    content: str = Field(description="the text, which may be empty")
    reasoning_content: str | None = Field(None, description="the agent's hidden chain of thought")
    tool_calls: Annotated[list[ToolCall], Field(min_length=1)] | None = Field(None, description="what the agent calls")
    tool_call_id: str | None = Field(None, description="the call that a result answers")
    weight: Literal[0] | None = Field(None, description="0 for what must not be learnt from")


class ToolConversation(Record):
    """How one trajectory reads for an agent that is given tools: chat messages with tool calls."""

    id: str = Field(description="trajectory_id")
    messages: Annotated[list[ChatMessage], Field(min_length=2)] = Field(
        description="the system prompt, then what was said, called and answered"
    )
    tools: list[dict[str, Any]] = Field(description="the tools that the agent is given, as JSON schemas of functions")
    dataset: str = Field(description="upstream corpus, by its ADP name")
    images: list[str] = Field(
        default=[], description="images in the order of the text: below the folder of landed data, else as the source"
    )

    @model_validator(mode="after")
    def _answered(self) -> ToolConversation:
        names = {tool["function"]["name"] for tool in self.tools}
        pending: set[str] = set()
        for message in self.messages:
            if message.role == "tool":
                if message.tool_call_id not in pending:
                    raise ValueError(f"an answer to no pending call: {message.tool_call_id}")
                pending.remove(message.tool_call_id)
                continue
            if pending:
                raise ValueError(f"calls without an answer: {sorted(pending)}")
            for call in message.tool_calls or ():
                if call.function.name not in names:
                    raise ValueError(f"a call of a tool that is not listed: {call.function.name}")
                if call.id in pending:
                    raise ValueError(f"one id for several calls: {call.id}")
                pending.add(call.id)
        if pending:
            raise ValueError(f"calls without an answer: {sorted(pending)}")
        return self


class Exclusion(Record):
    """Why an agent is not trained on a trajectory. Key: target, trajectory_id."""

    target: str = Field(description="training set that it is missing from")
    trajectory_id: str = Field(description="the trajectory")
    reason: str = Field(description="a code of seeds.exclusion_reasons")
    detail: str | None = Field(description="what exactly, such as the call that does not fit")


TARGETS: dict[str, type[Record]] = {
    "openhands": SeenConversation,
    "openhands_tools": ToolConversation,
    "sweagent": Conversation,
    "mini_swe_agent": Conversation,
    "agentlab": Step,
}
"""Target -> the model of its records."""
