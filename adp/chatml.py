"""Records as ChatML and as tokens, with the role of each token.

A turn is `<|im_start|>{role}\\n{text}<|im_end|>\\n`. The two marks are single tokens, whose ids are looked up in the
tokenizer or given behind its last one, and which no text can produce: a text that holds their letters is text. What
stands between the marks is encoded at once, a turn at a time.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from adp import bpe, chat
from adp.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

START, END = bpe.TURN_MARKS
SEPARATOR = "separator"

SYSTEM, USER, ASSISTANT, UNTRAINED = 0, 1, 2, 3
PACK_SEPARATOR = 1000
ROLES = {
    "system": SYSTEM,
    "user": USER,
    "assistant": ASSISTANT,
    "assistant, not trained on": UNTRAINED,
    SEPARATOR: PACK_SEPARATOR,
}
"""The codes of the roles; those of system, user, assistant and separator are the published ones."""
_HEADERS = {SYSTEM: "system", USER: "user", ASSISTANT: "assistant", UNTRAINED: "assistant"}
_SPEAKERS = {
    "system": SYSTEM, "user": USER, "human": USER, "assistant": ASSISTANT, "gpt": ASSISTANT,
}  # fmt: skip

# Single tokens that OpenAI gives ids behind the ranks of the vocabularies.
_BUILT_IN = {
    "o200k_base": {"<|endoftext|>": 199_999, "<|endofprompt|>": 200_018},
    "cl100k_base": {
        "<|endoftext|>": 100_257, "<|fim_prefix|>": 100_258, "<|fim_middle|>": 100_259, "<|fim_suffix|>": 100_260,
        "<|endofprompt|>": 100_276,
    },
}  # fmt: skip
# How tokenizers call the token that begins a text; the first one that is known separates documents.
_BEGINNINGS = ("<s>", "<bos>", "<|begin_of_text|>", "<|startoftext|>", "<｜begin▁of▁sentence｜>", "<|endoftext|>")

_TOOLS = """\
# Tools

Each line between the tags describes one tool that you may call:
<tools>
{tools}
</tools>

Write a call as a JSON object between tags, several calls one below the other:
<tool_call>
{{"name": <name of the tool>, "arguments": <object with its arguments>}}
</tool_call>"""

Turn: TypeAlias = tuple[int, str]  # code of the role, text


@dataclass(frozen=True)
class Special:
    """A token that no text produces."""

    token: str
    id: int
    origin: str
    """tokenizer: it is one of its tokens; added: it comes behind them; given: by the user."""


class ChatML:
    """One tokenizer with the tokens that ChatML needs."""

    def __init__(self, tokenizer: str, given: Mapping[str, int] | None = None) -> None:
        self.tokenizer = tokenizer
        self.name = bpe.tokenizer_name(tokenizer)
        known, beginning, ordinary = _vocabulary(tokenizer)
        self._next = max([-1, *ordinary, *known.values()]) + 1
        self.tokenizer_size = self._next
        given = dict(given or {})
        self.start = self._special(START, START, known, given)
        self.end = self._special(END, END, known, given)
        self.separator = self._special(SEPARATOR, beginning, known, given)
        if given:
            raise UserError(f"--special takes {START}, {END} or {SEPARATOR}, not {', '.join(sorted(given))}")
        self.specials = (self.start, self.end, self.separator)
        taken = ordinary.intersection(special.id for special in self.specials)
        if taken:
            raise UserError(f"{min(taken)} is the id of an ordinary token of {self.name}: a text could produce it")
        if len({special.id for special in self.specials}) < len(self.specials):
            raise UserError(f"{START}, {END} and the separator must have three different ids")
        self.vocabulary = max(self._next, *(special.id + 1 for special in self.specials))
        self.mapped: Counter[str] = Counter()
        """Turns whose role is neither system, user nor assistant, and which became the user's."""

    def _special(self, name: str, token: str, known: Mapping[str, int], given: dict[str, int]) -> Special:
        if name in given:
            return Special(token, given.pop(name), "given")
        if token in known:
            return Special(token, known[token], "tokenizer")
        self._next += 1
        return Special(token, self._next - 1, "added")

    def encode(
        self, documents: Iterable[Sequence[Turn]], most: int | None = None
    ) -> "tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.int64]]":
        """The tokens of all documents one behind the other, the role of each token, the length of each document.

        The last numbers are how many tokens of each document are not among them: with `most`, longer documents lose
        their oldest turns, as `without_oldest` says.
        """
        import numpy as np

        start = np.array([self.start.id], np.int32)
        parts: list[npt.NDArray[Any]] = [np.zeros(0, np.int32)]
        roles: list[int] = []
        sizes: list[int] = []
        lengths: list[int] = []
        left_out: list[int] = []
        with bpe.encoder(self.tokenizer) as encode:
            end = np.concatenate(([self.end.id], encode(b"\n"))).astype(np.int32)
            for turns in documents:
                said = [(role, encode(f"{_HEADERS[role]}\n{text}".encode())) for role, text in turns]
                taken = [1 + len(ids) + len(end) for _, ids in said]
                first, lost = without_oldest([role for role, _ in said], taken, most) if most else (0, 0)
                for place, (role, ids) in enumerate(said):
                    if place >= first or (place == 0 and role == SYSTEM):
                        parts += (start, ids, end)
                        roles.append(role)
                        sizes.append(taken[place])
                lengths.append(sum(taken) - lost)
                left_out.append(lost)
        tokens = np.concatenate(parts, dtype=np.int32, casting="unsafe")
        of_tokens = np.repeat(np.array(roles, np.uint8), np.array(sizes, np.int64))
        return tokens, of_tokens, np.array(lengths, np.int64), np.array(left_out, np.int64)

    def documents(self, table: "pa.Table") -> Iterator[list[Turn]]:
        """The records of a training set as turns."""
        columns = {name: table.column(name).to_pylist() for name in table.schema.names}
        for place in range(table.num_rows):
            yield list(self._turns({name: values[place] for name, values in columns.items()}))

    def _turns(self, record: Mapping[str, Any]) -> Iterator[Turn]:
        if record.get("system"):
            yield SYSTEM, record["system"]
        if chat.COLUMN in record:
            yield from self._messages(record[chat.COLUMN] or (), record.get(chat.TOOLS))
            return
        for turn in record.get("conversations") or ():
            yield self._turn(turn)
        if "prompt" in record:
            yield from self._messages(_asked(record["prompt"], record["completion"]), record.get(chat.TOOLS))

    def _turn(self, turn: Mapping[str, Any]) -> Turn:
        role, text = (turn["from"], turn["value"]) if "from" in turn else (turn["role"], turn["content"])
        return self._role(role), text or ""

    def _role(self, role: str) -> int:
        if role not in _SPEAKERS:
            self.mapped[role] += 1
        return _SPEAKERS.get(role, USER)

    def _messages(self, messages: Iterable[Mapping[str, Any]], tools: Any) -> Iterator[Turn]:
        """Chat messages: tools stand in the system prompt, calls in the assistant's text, results in the user's."""
        described = _described(tools)
        results: list[str] = []
        for number, message in enumerate(messages):
            role = self._role(message["role"])
            text = message["content"] or ""
            if message["role"] == "tool":
                results.append(f"<tool_response>\n{text}\n</tool_response>")
                continue
            if results:
                yield USER, "\n".join(results)
                results = []
            if number == 0 and described:
                if role == SYSTEM:
                    text = f"{text}\n\n{described}"
                else:
                    yield SYSTEM, described
            if role == ASSISTANT:
                text = _said(message, text)
                if message.get("weight") == 0:
                    role = UNTRAINED
            yield role, text
        if results:
            yield USER, "\n".join(results)


def without_oldest(roles: Sequence[int], sizes: Sequence[int], most: int) -> tuple[int, int]:
    """Which turn behind the system prompt comes first if a prompt with its completion is to fit, and what that saves.

    What is left begins with a message of the agent, so that no result stands without its call. Where nothing makes it
    fit, all of it is kept.
    """
    excess = sum(sizes) - most
    if excess <= 0:
        return 0, 0
    saved = 0
    for place in range(int(roles[0] == SYSTEM), len(roles)):
        if roles[place] == UNTRAINED and saved >= excess:
            return place, saved
        saved += sizes[place]
    return 0, 0


def _asked(prompt: Any, completion: Any) -> Iterator[Mapping[str, Any]]:
    """A prompt and its completion as messages: what the assistant says in the prompt is not what is to be learnt."""
    for said, role in ((prompt, "user"), (completion, "assistant")):
        for message in [{"role": role, "content": said}] if isinstance(said, str) else said or ():
            yield {**message, "weight": 0} if said is prompt else message


def _described(tools: Any) -> str:
    """The tools of a record, for its system prompt."""
    listed = json.loads(tools) if isinstance(tools, str) else tools or []
    lines = [tool if isinstance(tool, str) else json.dumps(tool, ensure_ascii=False) for tool in listed]
    return _TOOLS.format(tools="\n".join(lines)) if lines else ""


def _said(message: Mapping[str, Any], text: str) -> str:
    """What the assistant thinks, says and calls."""
    calls = [call["function"] for call in message.get("tool_calls") or ()]
    parts = [
        f"<think>\n{message['reasoning_content']}\n</think>\n" if message.get("reasoning_content") else "",
        text,
        *(
            f'<tool_call>\n{{"name": {json.dumps(call["name"], ensure_ascii=False)}, '
            f'"arguments": {call["arguments"]}}}\n</tool_call>'
            for call in calls
        ),
    ]
    return "\n".join(part for part in parts if part)


def _vocabulary(tokenizer: str) -> tuple[dict[str, int], str, set[int]]:
    """Of a tokenizer: its special tokens, how it calls the one that begins a text, and the ids that texts become."""
    size = bpe.vocabulary_size(tokenizer)  # says what is wrong with a file that is no tokenizer
    path = bpe.check_tokenizer(tokenizer)
    if path is None:
        return _BUILT_IN[tokenizer], _BEGINNINGS[-1], set(range(size))
    content = json.loads(path.read_bytes())
    added = content.get("added_tokens") or ()
    known = {str(token["content"]): int(token["id"]) for token in added}
    words = {known[token["content"]] for token in added if not bpe.is_special(token)}
    ordinary = {int(number) for number in content["model"]["vocab"].values()} - set(known.values()) | words
    return known, next((token for token in _BEGINNINGS if token in known), _BEGINNINGS[-1]), ordinary
