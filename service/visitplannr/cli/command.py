"""Commands: those about a stack have the same flags that say which; all fail in one line."""

import contextlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never

import typer

from visitplannr.cli import flags

if TYPE_CHECKING:
    from visitplannr.cli.place import Place

Run = Callable[["Place"], int]
Command = Callable[..., Run]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which stack the flags name; without endpoint and AWS, that of the running `up`.

    `profile` names one of the AWS configuration; on AWS without it, what is at hand is used.
    """

    template: Path
    state: Path
    endpoint_url: str | None = None
    profile: str | None = None
    region: str | None = None
    stack_name: str | None = None
    aws: bool = False


class CommandError(Exception):
    """What was asked for cannot be done; the message says why and what to do."""


@contextlib.contextmanager
def one_line() -> Iterator[None]:
    """Turn the errors that have a message for people into that line."""
    from visitplannr.deployment.errors import DeploymentError
    from visitplannr.template.source import TemplateError

    try:
        yield
    except (CommandError, DeploymentError, TemplateError) as error:
        typer.echo(f"visitplannr: {error}", err=True)
        raise typer.Exit(1) from error


def _which(
    *,
    template: flags.Template = Path("template.yaml"),
    state_dir: flags.StateDir = Path(".visitplannr"),
    endpoint_url: flags.RunningEndpoint = None,
    aws: flags.OnAws = False,
    profile: flags.Profile = None,
    region: flags.PlaceRegion = None,
    stack_name: flags.StackName = None,
) -> Wanted:
    return Wanted(template, state_dir, endpoint_url, profile, region, stack_name, aws)


def stack_command(
    app: typer.Typer, name: str, example: str, *, hidden: bool = False
) -> Callable[[Command], Command]:
    """Register a command; what its function gives is called with the place of the stack.

    The function's own flags come first in its help, and it imports what takes long itself.
    """

    def register(command: Command) -> Command:
        own, shared = inspect.signature(command).parameters, inspect.signature(_which).parameters

        def run(**given: Any) -> None:
            wanted = _which(**{flag: given.pop(flag) for flag in shared})
            _exit(wanted, command(**given))

        parameters = {**own, **shared}
        run.__annotations__ = {flag: item.annotation for flag, item in parameters.items()}
        signature = inspect.Signature(list(parameters.values()))
        run.__signature__ = signature  # type: ignore[attr-defined] # what Typer reads flags from
        app.command(name, help=command.__doc__, epilog=f"Example: {example}", hidden=hidden)(run)
        return command

    return register


def _exit(wanted: Wanted, command: Run) -> Never:
    """Run a command on the stack that is wanted, and end with its exit code."""
    from visitplannr.cli.place import find_place

    with one_line():
        try:
            raise typer.Exit(command(find_place(wanted)))
        except KeyboardInterrupt:
            raise typer.Exit(0) from None
