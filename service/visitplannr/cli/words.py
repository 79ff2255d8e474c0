"""A command whose flags may take several words: all up to the next flag."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

GREEDY = ("--parameter-overrides",)


class WordsCommand(TyperCommand):
    """Gives each word after such a flag to that flag, as SAM CLI does."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Give its parameters as its help shows them."""
        return _shown(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Repeat the flag before each of its words."""
        return super().parse_args(ctx, list(repeated(args)))


class Commands(TyperGroup):
    """All commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Give what stands before the command as its help shows it."""
        return _shown(super().get_params(ctx))


def _shown(parameters: Sequence[Any]) -> list[Any]:
    """Show no value of a flag that has none: Typer's own, such as --help, say <bool>."""
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""
    return list(parameters)


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
