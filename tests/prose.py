"""Chats in the forms of AgentInstruct's splits, for the tests of their staging files."""

from typing import Any

from tests.staged import Record


def chat(source_id: str, *contents: str | None, **fields: Any) -> Record:
    """A record in the extracted form, in which user and agent speak in turn."""
    roles = ("user", "assistant")
    messages = [{"role": roles[place % 2], "content": content} for place, content in enumerate(contents)]
    return {"id": source_id, "conversations": messages, **fields}


def published(source_id: str, *contents: str, losses: tuple[bool | None, ...]) -> Record:
    """A record in the published form, with the loss of each message."""
    sides = ("human", "gpt")
    messages = [
        {"from": sides[place % 2], "loss": loss, "value": content}
        for place, (content, loss) in enumerate(zip(contents, losses, strict=True))
    ]
    return {"id": source_id, "conversations": messages}
