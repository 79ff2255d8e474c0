"""Make commands that are about a stack: all have the same flags that say which one."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never

import typer

from visitplannr.cli import flags
from visitplannr.cli.failing import one_line
from visitplannr.up.options import Wanted

if TYPE_CHECKING:
    from visitplannr.cli.place import Place

Run = Callable[["Place"], int]
Command = Callable[..., Run]


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
