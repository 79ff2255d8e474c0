"""The command line: `visitplannr COMMAND`. Exit codes: 0 done, 1 it failed, 2 wrong usage."""

import re
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

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


def _check_url(url: str | None) -> str | None:
    if url is not None and not re.fullmatch(r"https?://[^/\s]+/?", url):
        raise typer.BadParameter(f"{url} is no URL such as http://localhost:4566")
    return url


def _check_stack_name(name: str | None) -> str | None:
    if name is not None and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,127}", name):
        raise typer.BadParameter(
            f"{name} is no stack name: letters, digits and hyphens, a letter first, up to 128"
        )
    return name


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
    template: Annotated[
        Path, typer.Option(help="The SAM template to run.", show_default=True)
    ] = Path("template.yaml"),
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)
    ] = 8000,
    endpoint_url: Annotated[
        str | None,
        typer.Option(
            envvar="AWS_ENDPOINT_URL",
            callback=_check_url,
            help="A running emulator to deploy to; without it, an embedded one is started.",
        ),
    ] = None,
    region: Annotated[str, typer.Option(envvar="AWS_REGION", help="The region.")] = "us-east-1",
    stack_name: Annotated[
        str | None,
        typer.Option(
            callback=_check_stack_name,
            help="The stack's name; by default that of the template's folder.",
        ),
    ] = None,
    state_dir: Annotated[
        Path, typer.Option(help="Where tables, buckets and stacks are kept.")
    ] = Path(".visitplannr"),
    ephemeral: Annotated[
        bool, typer.Option("--ephemeral", help="Keep nothing: use a state folder that is removed.")
    ] = False,
    backend_port: Annotated[
        int | None, typer.Option(help="The embedded backend's port.", min=1, max=65535)
    ] = None,
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
    )
    raise typer.Exit(run_up(options))
