"""Commands: those about a stack have the same flags that say which; all fail in one line."""

import contextlib
import functools
import inspect
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never

import typer

from visitplannr.cli import flags
from visitplannr.cli.words import WordsCommand
from visitplannr.template.overrides import read_overrides

if TYPE_CHECKING:
    from visitplannr.cli.place import Place
    from visitplannr.template.inputs import Inputs

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

        _shape(run, {**own, **shared})
        example_line = f"Example: {example}"
        app.command(
            name, cls=WordsCommand, help=command.__doc__, epilog=example_line, hidden=hidden
        )(run)
        return command

    return register


def template_command(
    app: typer.Typer, name: str, example: str, **groups: Callable[..., Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command about a template alone; its function gets the `inputs` of the flags.

    Each of the further `groups` is made of the flags that its own parameters name, and given to the
    command under its name.
    """
    groups = {**groups, "inputs": functools.partial(_inputs, name)}

    def register(command: Callable[..., None]) -> Callable[..., None]:
        own = dict(inspect.signature(command).parameters)
        shared = {group: inspect.signature(make).parameters for group, make in groups.items()}
        for group in groups:
            own.pop(group)

        def run(**given: Any) -> None:
            made = {
                group: make(**{flag: given.pop(flag) for flag in shared[group]})
                for group, make in groups.items()
            }
            command(**made, **given)

        flags_of_all = functools.reduce(operator.or_, map(dict, shared.values()), own)
        _shape(run, flags_of_all)
        app.command(name, cls=WordsCommand, help=command.__doc__, epilog=f"Example: {example}")(run)
        return command

    return register


def _shape(run: Callable[..., None], parameters: Mapping[str, inspect.Parameter]) -> None:
    """Give a function the flags that Typer reads from it; what is for arguments comes first."""
    ordered = sorted(parameters.values(), key=lambda one: one.kind)
    run.__annotations__ = {one.name: one.annotation for one in ordered}
    signature = inspect.Signature(ordered)
    run.__signature__ = signature  # type: ignore[attr-defined] # what Typer reads flags from


def _inputs(
    command: str,
    *,
    template: flags.Template = Path("template.yaml"),
    parameter_overrides: flags.ParameterOverrides = None,
    config_file: flags.ConfigFile = None,
    config_env: flags.ConfigEnv = "default",
    env_vars: flags.EnvVars = None,
    seed: flags.Seed = None,
) -> "Inputs":
    from visitplannr.template.inputs import Inputs

    overrides = read_overrides(parameter_overrides or ())
    return Inputs(template, command, overrides, config_file, config_env, env_vars, seed)


def _exit(wanted: Wanted, command: Run) -> Never:
    """Run a command on the stack that is wanted, and end with its exit code."""
    from visitplannr.cli.place import find_place

    with one_line():
        try:
            raise typer.Exit(command(find_place(wanted)))
        except KeyboardInterrupt:
            raise typer.Exit(0) from None
