"""The records of the training sets, one model per view of `sft`.

A record that the exporter writes as JSON lines is valid for its model: tests hold the views' columns and every rendered
sample against them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


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


class Exclusion(Record):
    """Why an agent is not trained on a trajectory. Key: target, trajectory_id."""

    target: str = Field(description="training set that it is missing from")
    trajectory_id: str = Field(description="the trajectory")
    reason: str = Field(description="a code of seeds.exclusion_reasons")
    detail: str | None = Field(description="what exactly, such as the call that does not fit")


TARGETS: dict[str, type[Record]] = {"openhands": SeenConversation, "sweagent": Conversation, "agentlab": Step}
"""Target -> the model of its records."""
