"""ATIF, Harbor's Agent Trajectory Interchange Format, as `adp export atif` writes it: one trajectory a line.

The rules of v1.7 as far as they can be told of one document: tests hold our exports against them. `extra` is where a
writer puts what the form has no field for; nothing else may have a field that the form does not know.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Object = dict[str, Any]


class Form(BaseModel):
    """What all parts of the form have in common: fields that it does not know are an error."""

    model_config = ConfigDict(extra="forbid")


class Media(Form):
    """Where an image or a sound is."""

    media_type: str = Field(pattern=r"^(image/(jpeg|png|gif|webp)|audio/[\w.+-]+)$", description="kind of the file")
    path: str = Field(description="path or address")
    duration_sec: float | None = Field(default=None, ge=0, description="length of a sound")


class Part(Form):
    """One part of a content of several."""

    type: Literal["text", "image", "audio"] = Field(description="what it is")
    text: str | None = Field(default=None, description="the text of a text")
    source: Media | None = Field(default=None, description="the file of anything else")

    @model_validator(mode="after")
    def _has_what_it_is(self) -> Part:
        if (self.type == "text") != (self.text is not None) or (self.type == "text") == (self.source is not None):
            raise ValueError("a text has a text, anything else a source")
        if self.source is not None and not self.source.media_type.startswith(self.type):
            raise ValueError(f"{self.source.media_type} is no {self.type}")
        return self


class ToolCall(Form):
    """The agent calls a function."""

    tool_call_id: str = Field(description="id that its result names")
    function_name: str = Field(description="name of the function")
    arguments: Object = Field(description="arguments as values")
    extra: Object | None = Field(default=None, description="what else is known")


class SubagentRef(Form):
    """Where the trajectory of a subagent is that a call has set to work."""

    trajectory_id: str | None = Field(default=None, description="one of subagent_trajectories")
    session_id: str | None = Field(default=None, description="the run that it belongs to")
    trajectory_path: str | None = Field(default=None, description="a file of its own")
    extra: Object | None = Field(default=None, description="what else is known")

    @model_validator(mode="after")
    def _can_be_found(self) -> SubagentRef:
        if self.trajectory_id is None and self.trajectory_path is None:
            raise ValueError("neither trajectory_id nor trajectory_path")
        return self


class Result(Form):
    """What came back."""

    source_call_id: str | None = Field(default=None, description="the call of this step that it answers")
    content: str | list[Part] | None = Field(default=None, description="what came back")
    subagent_trajectory_ref: list[SubagentRef] | None = Field(default=None, description="subagents that did it")
    extra: Object | None = Field(default=None, description="what else is known")


class Observation(Form):
    """All that came back in one step."""

    results: list[Result] = Field(description="in the order in which they came")


class Metrics(Form):
    """What a model call took."""

    prompt_tokens: int | None = Field(default=None, description="tokens read")
    completion_tokens: int | None = Field(default=None, description="tokens written")
    cached_tokens: int | None = Field(default=None, description="of those read, how many were cached")
    cost_usd: float | None = Field(default=None, description="price")
    prompt_token_ids: list[int] | None = Field(default=None, description="tokens read, by id")
    completion_token_ids: list[int] | None = Field(default=None, description="tokens written, by id")
    logprobs: list[float] | None = Field(default=None, description="of each token written")
    extra: Object | None = Field(default=None, description="what else is known")


class Step(Form):
    """A model call with all that belongs to it, or what the user or the system says."""

    step_id: int = Field(ge=1, description="position, from 1")
    timestamp: str | None = Field(default=None, description="when, in the form of ISO 8601")
    source: Literal["system", "user", "agent"] = Field(description="who speaks")
    model_name: str | None = Field(default=None, description="model, where it is not the agent's usual one")
    reasoning_effort: str | float | None = Field(default=None, description="how hard it was told to think")
    message: str | list[Part] = Field(description="what is said")
    reasoning_content: str | None = Field(default=None, description="hidden chain of thought")
    tool_calls: list[ToolCall] | None = Field(default=None, description="calls, parallel ones in their order")
    observation: Observation | None = Field(default=None, description="what came back")
    metrics: Metrics | None = Field(default=None, description="what the model call took")
    is_copied_context: bool | None = Field(default=None, description="taken over from another trajectory")
    llm_call_count: int | None = Field(default=None, ge=0, description="model calls in this step; 0: no model's doing")
    extra: Object | None = Field(default=None, description="what else is known")

    @field_validator("timestamp")
    @classmethod
    def _is_a_time(cls, value: str | None) -> str | None:
        if value is not None:
            datetime.fromisoformat(value)
        return value

    @model_validator(mode="after")
    def _fits_who_speaks(self) -> Step:
        of_models = ("metrics", "reasoning_content")
        of_agents = (*of_models, "model_name", "reasoning_effort", "tool_calls")
        absent = of_agents if self.source != "agent" else of_models if self.llm_call_count == 0 else ()
        for name in absent:
            if getattr(self, name) is not None:
                raise ValueError(f"{name} is none of this step's")
        calls = {call.tool_call_id for call in self.tool_calls or ()}
        for result in self.observation.results if self.observation else ():
            if result.source_call_id is not None and result.source_call_id not in calls:
                raise ValueError(f"no call {result.source_call_id} in this step")
        return self


class Agent(Form):
    """Who acts."""

    name: str = Field(description="name of the agent")
    version: str = Field(description="its version")
    model_name: str | None = Field(default=None, description="its usual model")
    tool_definitions: list[Object] | None = Field(default=None, description="its tools, in OpenAI's form")
    extra: Object | None = Field(default=None, description="what else is known")


class FinalMetrics(Form):
    """What the whole trajectory took."""

    total_prompt_tokens: int | None = Field(default=None, description="tokens read")
    total_completion_tokens: int | None = Field(default=None, description="tokens written")
    total_cached_tokens: int | None = Field(default=None, description="of those read, how many were cached")
    total_cost_usd: float | None = Field(default=None, description="price")
    total_steps: int | None = Field(default=None, ge=0, description="steps")
    extra: Object | None = Field(default=None, description="what else is known")


class Trajectory(Form):
    """One trajectory."""

    schema_version: Literal["ATIF-v1.7", "ATIF-v1.8"] = Field(description="version of the form")
    session_id: str | None = Field(default=None, description="the run that it belongs to")
    trajectory_id: str | None = Field(default=None, description="id of this very document")
    agent: Agent = Field(description="who acts")
    steps: list[Step] = Field(min_length=1, description="all that was said and done")
    notes: str | None = Field(default=None, description="remarks")
    final_metrics: FinalMetrics | None = Field(default=None, description="what it took")
    continued_trajectory_ref: str | None = Field(default=None, description="the file in which it goes on")
    extra: Object | None = Field(default=None, description="what else is known")
    subagent_trajectories: list[Object] | None = Field(default=None, description="trajectories of subagents")

    @field_validator("steps")
    @classmethod
    def _are_numbered(cls, steps: list[Step]) -> list[Step]:
        if [step.step_id for step in steps] != list(range(1, len(steps) + 1)):
            raise ValueError("step ids do not go from 1 without gaps")
        return steps
