"""The command line: `visitplannr COMMAND`. Exit codes: 0 done, 1 it failed, 2 wrong usage.

Each command imports what it needs: that takes up to a second, which `--help` can spare.
"""

from typing import Annotated

import typer

from visitplannr.cli import (
    function_commands,
    project_commands,
    running_commands,
    stack_commands,
    up_commands,
)
from visitplannr.cli.surroundings import keep_help_in_one_line
from visitplannr.cli.words import Commands

keep_help_in_one_line()
app = typer.Typer(
    cls=Commands,
    help="Run, look at and deploy a serverless application from its SAM template.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - so Typer calls it
    if wanted:
        from importlib.metadata import version

        typer.echo(f"visitplannr {version('visitplannr')}")
        raise typer.Exit


@app.callback()
def _main(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None: ...


for commands in (
    up_commands,
    running_commands,
    function_commands,
    stack_commands,
    project_commands,
):
    app.add_typer(commands.app)
