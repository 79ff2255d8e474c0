"""The words of a statement."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.values import AttributeValue

Kind: TypeAlias = Literal["string", "name", "number", "word", "sign"]
TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'(?:[^']|'')*') |
    (?P<name>"(?:[^"]|"")*") |
    (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+) |
    (?P<word>[A-Za-z_][A-Za-z0-9_]*) |
    (?P<sign><<|>>|<>|!=|<=|>=|[-+=<>()\[\]{},:?.*;])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    kind: Kind
    text: str

    def says(self, *words: str) -> bool:
        return self.kind in {"word", "sign"} and self.text.upper() in words


def tokenized(text: str) -> list[Token]:
    tokens, at, text = [], 0, text.strip().removesuffix(";").rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise not_understood(text[at : at + 20])
        kind: Any = match.lastgroup
        content = match[kind]
        if kind in {"string", "name"}:
            content = content[1:-1].replace(content[0] * 2, content[0])
        tokens.append(Token(kind, content))
        at = match.end()
    return tokens


def not_understood(what: str) -> DynamoDBError:
    return validation(
        f"Statement wasn't well formed, can't be processed: {what or 'it ends early'}"
    )


class Reader:
    """A statement being read from left to right, with the parameters for its question marks."""

    def __init__(self, text: str, parameters: Sequence[AttributeValue]) -> None:
        self._tokens = tokenized(text)
        self._at = 0
        self._parameters = list(parameters)

    def peek(self, ahead: int = 0) -> Token:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else Token("sign", "")

    def next(self) -> Token:
        token = self.peek()
        self._at += 1
        return token

    def ended(self) -> bool:
        return self._at >= len(self._tokens)

    def accept(self, *words: str) -> bool:
        """Go over the next token if it is one of these."""
        if self.peek().says(*words):
            self._at += 1
            return True
        return False

    def expect(self, *words: str) -> None:
        for word in words:
            if not self.accept(word):
                raise not_understood(self.peek().text)

    def name(self) -> str:
        token = self.next()
        if token.kind not in {"name", "word"}:
            raise not_understood(token.text)
        return token.text

    def parameter(self) -> AttributeValue:
        if not self._parameters:
            raise validation("Number of parameters in request and statement don't match.")
        return self._parameters.pop(0)

    def require_end(self) -> None:
        if not self.ended():
            raise not_understood(self.peek().text)
        if self._parameters:
            raise validation("Number of parameters in request and statement don't match.")
