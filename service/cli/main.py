"""The command line: `visitplannr COMMAND`. Exit codes: 0 done, 1 it failed, 2 wrong usage.

Each command imports what it needs: that takes up to a second, which `--help` can spare.
"""

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Never

import typer

from service.cli import flags
from service.cli.options import UpOptions, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.cli.place import Place

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


@app.command("invoke", epilog="Example: visitplannr invoke ProposeDestinationFunction --event -")
def invoke_command(
    function: Annotated[str, typer.Argument(help="The function's logical id or physical name.")],
    *,
    event: Annotated[
        str | None, typer.Option(metavar="FILE|-", help="The event as JSON; `-` reads a pipe.")
    ] = None,
    template: flags.Template = Path("template.yaml"),
    state_dir: flags.StateDir = Path(".visitplannr"),
    endpoint_url: flags.RunningEndpoint = None,
    profile: flags.Profile = None,
    region: flags.Region = "us-east-1",
    stack_name: flags.StackName = None,
) -> None:
    """Run a function once: its result on stdout, its log on stderr; exit code 1 if it failed."""
    from service.cli.invoke import run_invoke

    wanted = Wanted(template, state_dir, endpoint_url, profile, region, stack_name)
    _exit(wanted, lambda place: run_invoke(place, function, event))


@app.command("logs", epilog="Example: visitplannr logs --since 1h --filter ERROR --follow")
def logs_command(
    function: Annotated[str | None, typer.Argument(help="One function's only.")] = None,
    *,
    since: Annotated[str, typer.Option(help="How far back, e.g. 30s, 5m, 2h, 1d.")] = "5m",
    text: Annotated[
        str | None, typer.Option("--filter", help="Only events with this text.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    template: flags.Template = Path("template.yaml"),
    state_dir: flags.StateDir = Path(".visitplannr"),
    endpoint_url: flags.RunningEndpoint = None,
    profile: flags.Profile = None,
    region: flags.Region = "us-east-1",
    stack_name: flags.StackName = None,
) -> None:
    """Show the functions' logs."""
    from service.cli.logs import LogQuery, run_logs, seconds

    try:
        query = LogQuery(function, seconds(since), text, follow, as_json)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from error
    wanted = Wanted(template, state_dir, endpoint_url, profile, region, stack_name)
    _exit(wanted, lambda place: run_logs(place, query))


@app.command("deploy", epilog="Example: visitplannr deploy --endpoint-url http://localhost:4566")
def deploy_command(
    *,
    template: flags.Template = Path("template.yaml"),
    state_dir: flags.StateDir = Path(".visitplannr"),
    endpoint_url: flags.RunningEndpoint = None,
    profile: flags.Profile = None,
    region: flags.Region = "us-east-1",
    stack_name: flags.StackName = None,
) -> None:
    """Deploy the stack to an emulator, or to AWS with --profile."""
    from service.cli.deploy import run_deploy

    wanted = Wanted(template, state_dir, endpoint_url, profile, region, stack_name)
    _exit(wanted, lambda place: run_deploy(place, template))


@app.command("keep-tables", hidden=True)
def keep_tables_command(
    *,
    folder: Annotated[Path, typer.Option(help="Where the items are kept.")],
    restore: Annotated[bool, typer.Option("--restore", help="Put them back.")] = False,
    every: Annotated[float | None, typer.Option(help="Save again after so many seconds.")] = None,
    dynamodb_url: Annotated[str | None, typer.Option(help="Where DynamoDB itself is.")] = None,
    endpoint_url: flags.RunningEndpoint = None,
    region: flags.Region = "us-east-1",
    stack_name: flags.StackName = None,
) -> None:
    """Keep the items of the stack's tables in a folder, for a backend that keeps nothing."""
    from service.cli.keep_tables import run_keep_tables, save_directly

    nowhere = Path(".visitplannr")
    wanted = Wanted(Path("template.yaml"), nowhere, endpoint_url, None, region, stack_name)
    _exit(
        wanted,
        lambda place: (
            save_directly(dynamodb_url, folder)
            if dynamodb_url
            else run_keep_tables(place, folder, restoring=restore, every=every)
        ),
    )


def _exit(wanted: Wanted, command: "Callable[[Place], int]") -> Never:
    """Run a command on the stack that is wanted, and end with its exit code."""
    from service.cli.place import PlaceError, find_place

    try:
        raise typer.Exit(command(find_place(wanted)))
    except PlaceError as error:
        typer.echo(f"visitplannr: {error}", err=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


@app.command("up", epilog="Example: visitplannr up --template template.yaml --port 8000")
def up_command(
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
    debug: flags.Debug = None,
    wait_for_stack: flags.WaitForStack = False,
    invoke: flags.InvokeWhich = flags.Invoke.LOCAL,
) -> None:
    """Run the stack: deploy the template locally and serve its API."""
    if wait_for_stack and endpoint_url is None:
        raise typer.BadParameter("--wait-for-stack needs --endpoint-url: who else deploys it?")
    if invoke is flags.Invoke.DEPLOYED and endpoint_url is None:
        raise typer.BadParameter("--invoke deployed needs --endpoint-url: where are they deployed?")
    from service.cli.run import run_up

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
        wait_for_stack=wait_for_stack,
        invoke_deployed=invoke is flags.Invoke.DEPLOYED,
        debug=flags.debug_ports(debug),
    )
    raise typer.Exit(run_up(options))
