"""Synatra: single steps of browsing tasks made up from tutorials; a prompt and the response to it per record."""

from loaders.base import TEXT, Loader

LOADER = Loader(
    dataset="synatra",
    repo="oottyy/Synatra",
    revision="3e948bf",
    files=("Synatra_data.json",),
    fields={"prompt": TEXT, "response": TEXT},
    required=("prompt", "response"),
    source_id=(),
    default_id="{row}",
)
