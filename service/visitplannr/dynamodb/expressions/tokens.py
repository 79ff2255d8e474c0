"""Split an expression into tokens, and say where its syntax is wrong."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from visitplannr.dynamodb.errors import DynamoDBError, validation

_LONGEST = 4096
_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z]\w*)|(?P<number>\d+)|(?P<placeholder>[#:]\w+)"
    r"|(?P<symbol><=|>=|<>|[=<>+\-()\[\].,])|(?P<end>$)|(?P<unknown>.))",
    re.ASCII | re.DOTALL,
)


class Kind(Enum):
    """What a token is; `name` is a plain name or a keyword."""

    NAME = auto()
    NUMBER = auto()
    PLACEHOLDER = auto()
    SYMBOL = auto()
    END = auto()
    UNKNOWN = auto()


_KINDS = {kind.name.lower(): kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it stands in the text."""

    kind: Kind
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Give the tokens of an expression; the last one is its end.

    Raises:
        DynamoDBError: it is empty (dynamodb.md D87) or too long (D89); its text has no prefix yet.
    """
    if not text:
        raise validation("The expression can not be empty;")
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > _LONGEST:
        raise validation(
            f"Expression size has exceeded the maximum allowed size; expression size: {size}"
        )
    return [_token(match) for match in _TOKEN.finditer(text)]


def _token(match: re.Match[str]) -> Token:
    group = match.lastgroup or "end"
    return Token(_KINDS[group], match[group], match.start(group), match.end(group))


def syntax_error(text: str, tokens: list[Token], position: int) -> DynamoDBError:
    """Name the token that does not fit, and its neighbours (D88)."""
    token = tokens[position]
    first = tokens[max(position - 1, 0)].start
    last = tokens[min(position + 1, len(tokens) - 1)].end
    return validation(
        f'Syntax error; token: "{token.text or "<EOF>"}", near: "{text[first:last].strip()}"'
    )
