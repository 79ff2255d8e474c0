"""The commands about a project's files: init, validate, state."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visitplannr.cli import flags
from visitplannr.cli.command import CommandError, one_line, plain_command, template_command
from visitplannr.cli.layers import Layers, layers_of

if TYPE_CHECKING:
    from visitplannr.template.inputs import Inputs

app = typer.Typer()

_Clear = Annotated[
    list[str] | None,
    typer.Option("--clear", metavar="PART", help="Remove this part; may be repeated."),
]


@plain_command(app, "init", "visitplannr init demo && cd demo && pytest")
def init_command(
    folder: Annotated[
        Path, typer.Argument(metavar="NAME", help="A new folder; its name is the stack's.")
    ],
) -> None:
    """Make a small application in SAM's layout: an API, a function, a table, tests."""
    from visitplannr.cli.init import run_init

    with one_line():
        raise typer.Exit(run_init(folder))


@template_command(app, "validate", "visitplannr validate --template template.yaml")
def validate_command(
    *,
    inputs: "Inputs",
    region: flags.Region = "us-east-1",
    layer: Layers = None,
    as_json: flags.AsJson = False,
) -> None:
    """Check a template and the code that it names; exit code 1 if there are errors."""
    with one_line():
        try:
            from visitplannr.cli.validate import run_validate

            code = run_validate(inputs, region, layers_of(layer), as_json=as_json)
        except ModuleNotFoundError as error:
            raise CommandError(f"{error}: pip install 'visitplannr[validate]'") from error
        raise typer.Exit(code)


@plain_command(app, "state", "visitplannr state --clear logs --clear invocations")
def state_command(
    *,
    state_dir: flags.StateDir = flags.STATE,
    clear: _Clear = None,
    yes: flags.Yes = False,
    as_json: flags.AsJson = False,
) -> None:
    """Show what is kept in the state folder and its size; clear parts of it."""
    from visitplannr.cli.state import run_state

    with one_line():
        raise typer.Exit(run_state(state_dir, clear or (), yes=yes, as_json=as_json))
