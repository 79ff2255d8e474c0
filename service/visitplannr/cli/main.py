"""The command line: `visitplannr COMMAND`. Exit codes: 0 done, 1 it failed, 2 wrong usage.

Each command imports what it needs: that takes up to a second, which `--help` can spare.
"""

import gc
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visitplannr.cli import flags, function_commands, kept_flags, stack_commands
from visitplannr.cli.backend_flags import BackendWanted, backend_wanted
from visitplannr.cli.command import CommandError, one_line, template_command
from visitplannr.cli.layers import Layers, layers_of
from visitplannr.cli.words import WordsCommand
from visitplannr.up.options import UpOptions

if TYPE_CHECKING:
    from visitplannr.template.inputs import Inputs

app = typer.Typer(
    help="Run, look at and deploy a serverless application from its SAM template.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
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


@template_command(
    app,
    "up",
    "visitplannr up --template template.yaml --port 8000",
    backend=backend_wanted,
    kept=kept_flags.kept,
)
def up_command(
    *,
    inputs: "Inputs",
    backend: BackendWanted,
    kept: kept_flags.Kept,
    host: flags.Host = "127.0.0.1",
    port: flags.Port = 8000,
    console_port: flags.ConsolePort = None,
    region: flags.Region = "us-east-1",
    stack_name: flags.StackName = None,
    state_dir: flags.StateDir = Path(".visitplannr"),
    ephemeral: flags.Ephemeral = False,
    jwks: flags.Jwks = None,
    no_reload: flags.NoReload = False,
    quiet: flags.Quiet = False,
    debug: flags.Debug = None,
    async_retry_seconds: flags.AsyncRetrySeconds = 60.0,
    layer: Layers = None,
) -> None:
    """Run the stack: deploy the template locally and serve its API."""
    options = UpOptions(
        **asdict(backend),
        inputs=inputs,
        host=host,
        port=port,
        console_port=console_port,
        region=region,
        stack_name=stack_name,
        state=None if ephemeral else state_dir,
        jwks=jwks,
        reload=not no_reload,
        quiet=quiet,
        masked=kept.masked,
        keeping=kept.keeping,
        debug=flags.debug_ports(debug),
        async_retry_seconds=async_retry_seconds,
        layers=layers_of(layer),
    )
    raise typer.Exit(_run(options))


def _run(options: UpOptions) -> int:
    _end_on_signals()
    _need_debugger(wanted=bool(options.debug))
    gc.disable()  # until all is imported (`up.session`), which takes a sixth less time so
    from visitplannr.up.main import run_up

    return run_up(options)


def _need_debugger(*, wanted: bool) -> None:
    from visitplannr.runtime import debugger

    with one_line():
        if wanted and not debugger.is_installed():
            raise CommandError(debugger.MISSING)


def _end_on_signals() -> None:
    """End with 0 on a signal that comes before there is anything to be ended in order."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))


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


@app.command(
    "state", cls=WordsCommand, epilog="Example: visitplannr state --clear logs --clear invocations"
)
def state_command(
    *,
    state_dir: flags.StateDir = Path(".visitplannr"),
    clear: kept_flags.Clear = None,
    yes: flags.Yes = False,
    as_json: flags.AsJson = False,
) -> None:
    """Show what is kept in the state folder and its size; clear parts of it."""
    from visitplannr.cli.state import run_state

    with one_line():
        raise typer.Exit(run_state(state_dir, clear or (), yes=yes, as_json=as_json))


app.add_typer(stack_commands.app)
app.add_typer(function_commands.app)
