"""The command line: `visitplannr COMMAND`. Exit codes: 0 done, 1 it failed, 2 wrong usage.

Each command imports what it needs: that takes up to a second, which `--help` can spare.
"""

import gc
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visitplannr.cli import flags, function_commands, stack_commands
from visitplannr.cli.command import CommandError, one_line, template_command
from visitplannr.cli.iam import IamFlag, iam_of
from visitplannr.cli.layers import Layers, layers_of
from visitplannr.cli.throughput import Throughput, ThroughputFlag, check_throughput
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


@template_command(app, "up", "visitplannr up --template template.yaml --port 8000")
def up_command(
    *,
    inputs: "Inputs",
    host: flags.Host = "127.0.0.1",
    port: flags.Port = 8000,
    console_port: flags.ConsolePort = None,
    endpoint_url: flags.EndpointUrl = None,
    dynamodb_endpoint_url: flags.DynamoDBEndpointUrl = None,
    region: flags.Region = "us-east-1",
    stack_name: flags.StackName = None,
    state_dir: flags.StateDir = Path(".visitplannr"),
    ephemeral: flags.Ephemeral = False,
    backend_port: flags.BackendPort = None,
    jwks: flags.Jwks = None,
    no_reload: flags.NoReload = False,
    quiet: flags.Quiet = False,
    debug: flags.Debug = None,
    wait_for_stack: flags.WaitForStack = False,
    invoke: flags.InvokeWhich = flags.Invoke.LOCAL,
    async_retry_seconds: flags.AsyncRetrySeconds = 60.0,
    throughput: ThroughputFlag = Throughput.REPORT,
    iam: IamFlag = None,
    layer: Layers = None,
) -> None:
    """Run the stack: deploy the template locally and serve its API."""
    _check_places(endpoint_url, dynamodb_endpoint_url, invoke, wait_for_stack=wait_for_stack)
    check_throughput(throughput, _other_tables(endpoint_url, dynamodb_endpoint_url))
    _end_on_signals()
    _need_debugger(wanted=bool(debug))
    gc.disable()  # until all is imported (`up.session`), which takes a sixth less time so
    from visitplannr.up.main import run_up

    options = UpOptions(
        inputs=inputs,
        host=host,
        port=port,
        console_port=console_port,
        endpoint_url=endpoint_url,
        dynamodb_endpoint_url=dynamodb_endpoint_url,
        region=region,
        stack_name=stack_name,
        state=None if ephemeral else state_dir,
        backend_port=backend_port,
        jwks=jwks,
        reload=not no_reload,
        quiet=quiet,
        wait_for_stack=wait_for_stack,
        invoke_deployed=invoke is flags.Invoke.DEPLOYED,
        debug=flags.debug_ports(debug),
        async_retry_seconds=async_retry_seconds,
        throughput=throughput.value,
        iam=iam_of(iam, endpoint_url),
        layers=layers_of(layer),
    )
    raise typer.Exit(run_up(options))


def _check_places(
    endpoint_url: str | None,
    dynamodb_endpoint_url: str | None,
    invoke: flags.Invoke,
    *,
    wait_for_stack: bool,
) -> None:
    if endpoint_url is None:
        _need_no_endpoint(invoke, wait_for_stack=wait_for_stack)
    elif dynamodb_endpoint_url:
        raise typer.BadParameter(
            "--endpoint-url and --dynamodb-endpoint-url contradict each other: an emulator has its "
            "own tables"
        )


def _other_tables(endpoint_url: str | None, dynamodb_endpoint_url: str | None) -> str | None:
    """Name the flag by which the tables are not ours."""
    if endpoint_url:
        return "--endpoint-url"
    return "--dynamodb-endpoint-url" if dynamodb_endpoint_url else None


def _need_no_endpoint(invoke: flags.Invoke, *, wait_for_stack: bool) -> None:
    if wait_for_stack:
        raise typer.BadParameter("--wait-for-stack needs --endpoint-url: who else deploys it?")
    if invoke is flags.Invoke.DEPLOYED:
        raise typer.BadParameter("--invoke deployed needs --endpoint-url: where are they deployed?")


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


app.add_typer(stack_commands.app)
app.add_typer(function_commands.app)
