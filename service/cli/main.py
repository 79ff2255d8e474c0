"""The command line: `visitplannr COMMAND`. Exit codes: 0 done, 1 it failed, 2 wrong usage."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from service.cli import flags
from service.cli.options import UpOptions

app = typer.Typer(
    help="Run, look at and deploy a serverless application from its SAM template.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001
    if wanted:
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


@app.command("up", epilog="Example: visitplannr up --template template.yaml --port 8000")
def up_command(  # noqa: PLR0913
    *,
    template: flags.Template = Path("template.yaml"),
    host: flags.Host = "127.0.0.1",
    port: flags.Port = 8000,
    endpoint_url: flags.EndpointUrl = None,
    region: flags.Region = "us-east-1",
    stack_name: flags.StackName = None,
    state_dir: flags.StateDir = Path(".visitplannr"),
    ephemeral: flags.Ephemeral = False,
    backend_port: flags.BackendPort = None,
    jwks: flags.Jwks = None,
    no_reload: flags.NoReload = False,
) -> None:
    """Run the stack: deploy the template locally and serve its API."""
    from service.cli.run import run_up  # noqa: PLC0415 - a second of imports that --help can spare

    options = UpOptions(
        template=template,
        host=host,
        port=port,
        endpoint_url=endpoint_url,
        region=region,
        stack_name=stack_name,
        state=None if ephemeral else state_dir,
        backend_port=backend_port,
        jwks=jwks,
        reload=not no_reload,
    )
    raise typer.Exit(run_up(options))
