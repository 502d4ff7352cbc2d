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


class CodeactMessage(Record):
    """A message of a session in Python, or of a chat."""

    role: Literal["system", "user", "assistant"] = Field(description="who speaks; user: the session, too")
    content: str = Field(description="the text: thoughts, code in <execute>, an answer in <solution>")


class CodeactConversation(Record):
    """How one trajectory reads for an agent that writes Python in tags, or a general chat."""

    id: str = Field(description="trajectory_id")
    conversations: Annotated[list[CodeactMessage], Field(min_length=2)] = Field(
        description="the system prompt if there is one, then user and assistant in turn, the assistant last"
    )
    dataset: str = Field(description="upstream corpus, by its ADP name")
    tier: str | None = Field(None, description="of runs: medium, or hard for what only the second round solved")
    split: str | None = Field(None, description="train, test or eval, by the task")

    @field_validator("conversations")
    @classmethod
    def _in_turn(cls, messages: list[CodeactMessage]) -> list[CodeactMessage]:
        said = [message.role for message in messages if message.role != "system"]
        if messages[0].role != "system" and "system" in [message.role for message in messages]:
            raise ValueError("the system prompt does not come first")
        if said != ["user", "assistant"] * (len(said) // 2):
            raise ValueError("the two sides do not speak in turn, from the user to the assistant")
        return messages


class Judged(Record):
    """A moment and a task, or silence, with the verdict on it: for a reward model."""

    id: str = Field(description="row of reward data; see standard.reward_rows")
    conversations: Annotated[list[Message], Field(min_length=2, max_length=2)] = Field(
        description="the events and the task as one JSON object, and the verdict as another"
    )
    system: str | None = Field(description="system prompt of the reward model")
    dataset: str = Field(description="upstream corpus")
    trajectory_id: str = Field(description="trajectory that holds the moment")
    step_index: int = Field(description="last step that is shown")
    category: Literal["CD", "FA", "CR", "MN"] = Field(
        description="correct detection, false alarm, correct rejection, missed need"
    )
    explanation: str | None = Field(description="why, where a model has written it down")
    split: str | None = Field(description="train, test or eval, by the trace")


class Watching(Record):
    """What happened up to a moment, and an answer that the user accepted: for the proactive agent."""

    id: str = Field(description="<trajectory_id>-<turn>, from 0")
    conversations: Annotated[list[Message], Field(min_length=2)] = Field(
        description="events and answers in turn, the events first, the accepted answer last"
    )
    system: str | None = Field(description="system prompt of the agent")
    dataset: str = Field(description="upstream corpus")
    trajectory_id: str = Field(description="trajectory that the answer belongs to")
    step_index: int = Field(description="step of the answer")
    split: str | None = Field(description="train, test or eval, by the scene")

    @field_validator("conversations")
    @classmethod
    def _in_turn(cls, messages: list[Message]) -> list[Message]:
        if [message.role for message in messages] != ["user", "assistant"] * (len(messages) // 2):
            raise ValueError("turns do not alternate from the events to the agent")
        return messages


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


ActionType = Literal[
    "tool_call",
    "retrieval",
    "file_read",
    "file_write",
    "repair",
    "verifier",
    "ask_clarification",
    "final_answer",
    "BLOCKED",
]


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


class Foreseen(Record):
    """What all sets of the Speculative Tool Actions say of a message of the agent."""

    id: str = Field(description="<trajectory_id>-<message of the agent>, from 0")
    trajectory_id: str = Field(description="trajectory that the message belongs to")
    step_index: int = Field(description="step of the message's action: its first call, else its last words")
    dataset: str = Field(description="upstream corpus, by its ADP name")
    action_type: ActionType = Field(description="what the action is for; see standard.action_types")
    split: Literal["train", "test", "eval"] = Field(description="by the task, see macro held_out_split")


Messages = Annotated[list[ChatMessage], Field(min_length=1)]


def _of_foreseen(name: str) -> Any:
    """The field that all these sets have alike."""
    return Foreseen.model_fields[name]


class Proposal(Record):
    """What an agent does next: sft.proposer and sft.proposer_brief."""

    id: str = _of_foreseen("id")
    prompt: Messages = Field(description="the system prompt and what was said before, a question behind it")
    completion: Messages = Field(description="one message: the type of the action on a line of its own, then the rest")
    trajectory_id: str = _of_foreseen("trajectory_id")
    step_index: int = _of_foreseen("step_index")
    dataset: str = _of_foreseen("dataset")
    action_type: ActionType = _of_foreseen("action_type")
    split: Literal["train", "test"] = _of_foreseen("split")

    @model_validator(mode="after")
    def _names_its_type(self) -> Proposal:
        if self.completion[0].content.split("\n")[0] != f"Action: {self.action_type}" or len(self.completion) != 1:
            raise ValueError("the completion does not begin with the type of the action")
        return self


class JudgedMessage(Record):
    """A message of a run on which there is a verdict: sft.verifier."""

    id: str = _of_foreseen("id")
    prompt: Messages = Field(description="what was said before")
    completion: Messages = Field(description="the message")
    label: bool = Field(description="whether the run succeeded")
    label_level: Literal["trajectory"] = Field(description="what the verdict is about: not the step")
    label_by: Literal["source", "agent"] = Field(description="whose verdict it is")
    trajectory_id: str = _of_foreseen("trajectory_id")
    step_index: int = _of_foreseen("step_index")
    dataset: str = _of_foreseen("dataset")
    action_type: ActionType = _of_foreseen("action_type")
    split: Literal["train", "test"] = _of_foreseen("split")


class Preference(Record):
    """Two messages that answer one prompt: sft.verifier_preference."""

    id: str = _of_foreseen("id")
    prompt: Messages = Field(description="what was said before")
    chosen: Messages = Field(description="the message, of a run that succeeded")
    rejected: Messages = Field(description="a worse one at the same place")
    is_synthetic: bool = Field(description="whether the worse one was in fact said elsewhere: earlier, in the same run")
    trajectory_id: str = _of_foreseen("trajectory_id")
    step_index: int = _of_foreseen("step_index")
    rejected_trajectory_id: str = Field(description="trajectory that the worse one is from")
    rejected_step_index: int = Field(description="its step there")
    dataset: str = _of_foreseen("dataset")
    action_type: ActionType = _of_foreseen("action_type")
    rejected_action_type: ActionType = Field(description="what the worse one is for")
    split: Literal["train", "test"] = _of_foreseen("split")

    @model_validator(mode="after")
    def _differs(self) -> Preference:
        if self.chosen == self.rejected:
            raise ValueError("what is rejected is what was chosen")
        return self


class Evaluation(Record):
    """A message to foresee or to judge, of a task that is held out: sft.speculative_eval."""

    id: str = _of_foreseen("id")
    messages: Annotated[list[ChatMessage], Field(min_length=2)] = Field(
        description="what was said before, and last the message itself"
    )
    resolved: bool | None = Field(description="the source's verdict on the run, null where it has none")
    trajectory_id: str = _of_foreseen("trajectory_id")
    step_index: int = _of_foreseen("step_index")
    dataset: str = _of_foreseen("dataset")
    action_type: ActionType = _of_foreseen("action_type")
    split: Literal["eval"] = _of_foreseen("split")
    sample_key: str = Field(description="md5: the first rows by it are a sample")


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
    "proposer": Proposal,
    "proposer_brief": Proposal,
    "verifier": JudgedMessage,
    "verifier_preference": Preference,
    "speculative_eval": Evaluation,
    "codeact": CodeactConversation,
    "proactive_agent": Watching,
    "reward": Judged,
}
"""Target -> the model of its records."""
