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
from visitplannr.cli.panels import panel_of
from visitplannr.cli.words import WordsCommand
from visitplannr.template.overrides import read_overrides

if TYPE_CHECKING:
    from visitplannr.cli.place import Place
    from visitplannr.template.inputs import Inputs

Run = Callable[["Place"], int]
Command = Callable[..., Run]
Group = Callable[..., Any]


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


def which_stack(
    *,
    template: flags.Template,
    state_dir: flags.StateDir = flags.STATE,
    endpoint_url: flags.RunningEndpoint = None,
    aws: flags.OnAws = False,
    profile: flags.Profile = None,
    region: flags.PlaceRegion = None,
    stack_name: flags.StackName = None,
) -> Wanted:
    on_aws = "--aws" if aws else "--profile" if profile else None
    if endpoint_url and on_aws:
        raise typer.BadParameter(
            f"{on_aws} and --endpoint-url contradict each other: one is AWS, the other an emulator"
        )
    return Wanted(template, state_dir, endpoint_url, profile, region, stack_name, aws)


def stack_command(
    app: typer.Typer, name: str, example: str, *, hidden: bool = False, **groups: Group
) -> Callable[[Command], Command]:
    """Register a command; what its function gives is called with the place of the stack.

    The function's own flags come first in its help, and it imports what takes long itself. Of
    `groups` see `template_command`.
    """

    def register(command: Command) -> Command:
        def run(*, wanted: Wanted, **given: Any) -> None:
            _exit(wanted, command(**given))

        shown = _Shown(name, example, command.__doc__, hidden=hidden)
        _add(app, shown, run, command, {**groups, "wanted": which_stack})
        return command

    return register


def template_command(
    app: typer.Typer, name: str, example: str, *, hidden: bool = False, **groups: Group
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command about a template alone; its function gets the `inputs` of the flags.

    Each of the further `groups` is made of the flags that its own parameters name, and given to the
    command under its name.
    """

    def register(command: Callable[..., None]) -> Callable[..., None]:
        shown = _Shown(name, example, command.__doc__, hidden=hidden)
        made: dict[str, Group] = {**groups, "inputs": functools.partial(inputs_of, name)}
        _add(app, shown, command, command, made)
        return command

    return register


def plain_command(
    app: typer.Typer, name: str, example: str, **groups: Group
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command that has no flags but its own and those of its groups."""

    def register(command: Callable[..., None]) -> Callable[..., None]:
        _add(app, _Shown(name, example, command.__doc__), command, command, groups)
        return command

    return register


@dataclass(frozen=True, slots=True)
class _Shown:
    """What `--help` says of a command."""

    name: str
    example: str
    text: str | None
    hidden: bool = False


def _add(
    app: typer.Typer,
    shown: _Shown,
    command: Callable[..., None],
    described: Callable[..., Any],
    groups: Mapping[str, Group],
) -> None:
    """Register a command with the flags that `described` has, and those of the groups.

    What a group gives goes to who has a parameter of its name; one that only checks has none.
    """
    own = dict(inspect.signature(described).parameters)
    takes = {*own, *inspect.signature(command).parameters}
    of_groups = {group: inspect.signature(make).parameters for group, make in groups.items()}
    for group in groups:
        own.pop(group, None)

    def run(**given: Any) -> None:
        made = {
            group: make(**{flag: given[flag] for flag in of_groups[group]})
            for group, make in groups.items()
        }
        wanted = {group: value for group, value in made.items() if group in takes}
        command(**wanted, **{flag: given[flag] for flag in own})

    _shape(run, functools.reduce(operator.or_, map(dict, of_groups.values()), own))
    app.command(
        shown.name,
        cls=WordsCommand,
        help=shown.text,
        epilog=f"Example: {shown.example}",
        hidden=shown.hidden,
        rich_help_panel=panel_of(shown.name),
        context_settings={"help_option_names": ["--help", "-h"]},
    )(run)


def _shape(run: Callable[..., None], parameters: Mapping[str, inspect.Parameter]) -> None:
    """Give a function the flags that Typer reads from it; what is for arguments comes first."""
    ordered = sorted(parameters.values(), key=lambda one: one.kind)
    run.__annotations__ = {one.name: one.annotation for one in ordered}
    signature = inspect.Signature(ordered)
    run.__signature__ = signature  # type: ignore[attr-defined] # what Typer reads flags from


def inputs_of(
    command: str,
    *,
    template: flags.Template,
    parameter_overrides: flags.ParameterOverrides = None,
    config_file: flags.ConfigFile = None,
    config_env: flags.ConfigEnv = "default",
    env_vars: flags.EnvVars = None,
    seed: flags.Seed = None,
) -> "Inputs":
    """Say what is given for a template; `command` names the section of samconfig.toml."""
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
