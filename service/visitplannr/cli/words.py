"""A command whose flags may take several words: all up to the next flag."""

from collections.abc import Iterable, Iterator
from typing import Any

from typer.core import TyperCommand

GREEDY = ("--parameter-overrides",)


class WordsCommand(TyperCommand):
    """Gives each word after such a flag to that flag, as SAM CLI does."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for parameter in self.params:
            if getattr(parameter, "is_flag", False):
                parameter.metavar = ""  # in the help, a flag has no value

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Repeat the flag before each of its words."""
        return super().parse_args(ctx, list(repeated(args)))


def repeated(words: Iterable[str]) -> Iterator[str]:
    """Write `--flag a b` as `--flag=a --flag=b`."""
    flag = ""
    for word in words:
        name, equals, value = word.partition("=")
        if name in GREEDY:
            flag = name
            if equals:
                yield f"{flag}={value}"
        elif word.startswith("-"):
            flag = ""
            yield word
        else:
            yield f"{flag}={word}" if flag else word
