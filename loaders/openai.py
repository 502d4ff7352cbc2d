"""Chats in OpenAI's form: messages with tool_calls, or with the function_call of old, and the tools beside them."""

from loaders.base import ID, JSON, Loader

LOADER = Loader(
    dataset="openai",
    repo="",
    revision="",
    files=(),
    # Messages stay JSON: a content may be text or parts, and every server adds fields of its own.
    fields={"id": ID, "messages": [JSON], "tools": JSON, "functions": JSON},
    required=("messages",),
    json_text=("messages",),
    default_id="{split}-{row}",
    is_format=True,
    documents="*",
)
