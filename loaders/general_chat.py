"""General chats to mix with those of agents, in the shapes of OpenOrca, ShareGPT and Capybara.

OpenOrca has a question and a response, ShareGPT turns of a speaker and a value (`conversations`, in the file of GPT-4's
chats `items`), Capybara's sets have pairs of an input and an output. One landing holds files of all shapes, each named
with a --from of its own.
"""

from loaders.base import ANY_TEXT, ID, JSON, PARTS, TEXT, Loader, Type

_TURNS: Type = [{"from": TEXT, "value": PARTS, "role": TEXT, "content": PARTS}]

LOADER = Loader(
    dataset="general-chat",
    repo="Open-Orca/OpenOrca",
    revision=None,
    files=(),
    fields={
        "id": ID, "system_prompt": ANY_TEXT, "question": ANY_TEXT, "response": ANY_TEXT, "conversations": _TURNS,
        "items": _TURNS, "conversation": [{"input": ANY_TEXT, "output": ANY_TEXT}], "source": TEXT, "model": JSON,
    },
    default_id="{split}-{row}",
    json_text=("conversations", "items", "conversation"),
    by_hand=(
        "Get from the Hub what is to be mixed: Open-Orca/OpenOrca, anon8231489123/ShareGPT_Vicuna_unfiltered, "
        "openchat/openchat_sharegpt_v3, LDJnr/Verified-Camel, LDJnr/Pure-Dove, LDJnr/LessWrong-Amplify-Instruct."
    ),
)  # fmt: skip
