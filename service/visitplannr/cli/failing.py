"""End a command with one line on stderr and exit code 1 for what the user can mend."""

import contextlib
from collections.abc import Iterator

import typer


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
