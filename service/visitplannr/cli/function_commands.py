"""The commands about functions: invoke, logs, event, test-invoke."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from visitplannr.cli import flags, request_flags, sam_flags
from visitplannr.cli.command import (
    Run,
    Wanted,
    inputs_of,
    one_line,
    plain_command,
    stack_command,
    template_command,
    which_stack,
)

if TYPE_CHECKING:
    from visitplannr.template.inputs import Inputs

app = typer.Typer()

_Method = Annotated[str, typer.Argument(help="The HTTP method.")]
_Path = Annotated[str, typer.Argument(help="The path, with a query if there is one.")]


@plain_command(
    app,
    "invoke",
    "visitplannr invoke ProposeDestinationFunction -e event.json",
    wanted=which_stack,
    inputs=partial(inputs_of, "local_invoke"),
    sam=sam_flags.taken(),
)
def invoke(
    function: Annotated[
        str | None,
        typer.Argument(help="The function's logical id or physical name; not if there is but one."),
    ] = None,
    *,
    wanted: Wanted,
    inputs: "Inputs",
    event: Annotated[
        str | None,
        typer.Option("--event", "-e", metavar="FILE|-", help="The event as JSON; `-` is a pipe."),
    ] = None,
) -> None:
    """Run a function once: its result on stdout, its log on stderr; exit code 1 if it failed.

    Without a running `up`, the stack is started for the call.
    """
    from visitplannr.cli.invoke import run_invoke
    from visitplannr.cli.one_shot import run_somewhere

    with one_line():
        code = run_somewhere(wanted, inputs, lambda place: run_invoke(place, function, event))
        raise typer.Exit(code)


@stack_command(app, "logs", "visitplannr logs --since 1h --filter ERROR --follow")
def logs(
    function: Annotated[str | None, typer.Argument(help="One function's only.")] = None,
    *,
    name: Annotated[
        str | None, typer.Option("--name", "-n", help="One function's only, as SAM CLI has it.")
    ] = None,
    since: Annotated[str, typer.Option(help="How far back, e.g. 30s, 5m, 2h, 1d.")] = "5m",
    text: Annotated[
        str | None, typer.Option("--filter", help="Only events with this text.")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "--tail", "-f", help="Go on until Ctrl-C.")
    ] = False,
    as_json: flags.AsJson = False,
) -> Run:
    """Show the functions' logs."""
    from visitplannr.cli.logs import LogQuery, run_logs, seconds

    if name and function not in {None, name}:
        raise typer.BadParameter(f"--name {name} and {function} contradict each other")
    try:
        query = LogQuery(function or name, seconds(since), text, follow, as_json)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from error
    return lambda place: run_logs(place, query)


@stack_command(
    app, "test-invoke", """visitplannr test-invoke POST /destination -d '{"name": "x"}'"""
)
def run_test(
    method: _Method,
    path: _Path,
    *,
    header: request_flags.Headers = None,
    data: request_flags.Data = None,
    as_json: flags.AsJson = False,
) -> Run:
    """Call a method as the Test button of API Gateway's console does, and show its log."""
    from visitplannr.cli.test_invoke import run_test_invoke
    from visitplannr.gateway.rest_api.method_test import MethodTest

    test = MethodTest(
        method.upper(),
        None,
        path,
        request_flags.read_headers(header),
        request_flags.read_body(data),
    )
    return lambda place: run_test_invoke(place, test, as_json=as_json)


@template_command(app, "event", "visitplannr event POST /destination -d @proposal.json")
def event(
    what: Annotated[
        str, typer.Argument(metavar="METHOD|SOURCE", help="GET, POST, ...; or sqs, s3, ...")
    ],
    path: Annotated[str | None, typer.Argument(help="The path, for a method.")] = None,
    *,
    inputs: "Inputs",
    header: request_flags.Headers = None,
    data: request_flags.Data = None,
    state_dir: flags.StateDir = flags.STATE,
) -> None:
    """Print the event that a request, or another source, would give a function."""
    from visitplannr.cli.event import print_event, proxy_event
    from visitplannr.cli.sample_event import METHODS, sample_event

    method = what.upper()
    if (method in METHODS) != (path is not None):
        needs = "needs a path" if path is None else "has no path"
        raise typer.BadParameter(f"{what} {needs}", param_hint="PATH")
    headers, body = request_flags.read_headers(header), request_flags.read_body(data)
    with one_line():
        if path is None:
            print_event(sample_event(what, body))
        else:
            request = partial(request_flags.request_of, method, path, headers, body)
            print_event(proxy_event(inputs, state_dir, request))
