"""SQL text: the one place that quotes what goes into it, and a small lexer.

The lexer is enough to split statements and to see which names a statement calls.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<comment> --[^\n]* | /\*.*?\*/ )
  | (?P<string>  [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
  | (?P<quoted>  "(?:[^"]|"")*" )
  | (?P<word>    [^\W\d]\w* )
  | (?P<number>  \d[\w.]* )
  | (?P<space>   \s+ )
  | (?P<mark>    . )
    """,
    re.VERBOSE | re.DOTALL,
)
_WILD = re.compile(r"[*?\[]")


def name(text: str) -> str:
    """A quoted identifier."""
    return '"' + text.replace('"', '""') + '"'


def literal(text: object) -> str:
    """A quoted string."""
    return "'" + str(text).replace("'", "''") + "'"


def path(text: object) -> str:
    """A quoted path for DuckDB to read from; what it would take for a wildcard stands for itself."""
    return literal(_WILD.sub(r"[\g<0>]", str(text)))


def strings(texts: Iterable[object]) -> str:
    """A list of quoted strings."""
    return "[" + ", ".join(map(literal, texts)) + "]"


def paths(texts: Iterable[object]) -> str:
    """A list of quoted paths for DuckDB to read from."""
    return "[" + ", ".join(map(path, texts)) + "]"


def struct(fields: Mapping[str, str]) -> str:
    """A struct literal of quoted strings, the form in which `read_json` takes its columns."""
    return "{" + ", ".join(f"{literal(field)}: {literal(value)}" for field, value in fields.items()) + "}"


@dataclass(frozen=True)
class Statement:
    """One statement: the comments in front of it, its text without them, and its tokens without blanks."""

    comment: str
    sql: str
    tokens: tuple[str, ...]

    @property
    def calls(self) -> frozenset[str]:
        """Names that are followed by an opening parenthesis, in lower case."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return frozenset(
            name.lower() for name, behind in pairs if behind == "(" and (name[0].isalpha() or name[0] == "_")
        )


def tokens(sql: str) -> Iterator[tuple[str, str]]:
    """Kind and text of every token."""
    for match in _TOKEN.finditer(sql):
        yield match.lastgroup if match.lastgroup != "tag" else "string", match[0]  # type: ignore[misc]


def statements(sql: str) -> list[Statement]:
    """The statements of a script, split at semicolons outside strings and comments."""
    found: list[Statement] = []
    comment: list[str] = []
    text: list[str] = []
    words: list[str] = []
    for kind, token in tokens(sql):
        if kind == "mark" and token == ";":
            if words:
                found.append(Statement("".join(comment), "".join(text).strip(), tuple(words)))
            comment, text, words = [], [], []
        elif not words and kind in ("comment", "space"):
            comment.append(token)
        else:
            text.append(token)
            if kind not in ("comment", "space"):
                words.append(token)
    if words:
        found.append(Statement("".join(comment), "".join(text).strip(), tuple(words)))
    return found
