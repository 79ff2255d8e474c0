"""`visitplannr up`, also by SAM CLI's names: start-api and start-lambda."""

import gc
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from visitplannr.cli import flags, kept_flags, sam_flags
from visitplannr.cli.backend_flags import BackendWanted, backend_wanted
from visitplannr.cli.command import CommandError, one_line, template_command
from visitplannr.cli.layers import Layers, layers_of
from visitplannr.cli.output import complain
from visitplannr.cli.serving_flags import Serving, serving
from visitplannr.cli.surroundings import endpoint_at_hand, translations
from visitplannr.up.options import UpOptions

if TYPE_CHECKING:
    from visitplannr.template.inputs import Inputs

app = typer.Typer()

Detach = Annotated[
    bool,
    typer.Option(
        "--detach",
        help="Return once it is ready; it logs to up.log in the state folder, `stop` ends it.",
    ),
]


def _up(name: str, example: str, *, hidden: bool = False) -> Callable[..., Callable[..., None]]:
    return template_command(
        app,
        name,
        example,
        hidden=hidden,
        served=serving,
        backend=backend_wanted,
        kept=kept_flags.kept,
        sam=sam_flags.taken(),
    )


@_up("up", "visitplannr up --template template.yaml --port 8000")
@_up("start-api", "visitplannr start-api --port 3000", hidden=True)
@_up("start-lambda", "visitplannr start-lambda --port 3001", hidden=True)
def up_command(
    *,
    inputs: "Inputs",
    served: Serving,
    backend: BackendWanted,
    kept: kept_flags.Kept,
    jwks: flags.Jwks = None,
    no_reload: flags.NoReload = False,
    quiet: flags.Quiet = False,
    debug: flags.Debug = None,
    async_retry_seconds: flags.AsyncRetrySeconds = 60.0,
    layer: Layers = None,
    detach: Detach = False,
) -> None:
    """Run the stack: deploy the template locally and serve its API."""
    options = UpOptions(
        **asdict(served),
        **asdict(backend),
        masked=kept.masked,
        keeping=kept.keeping,
        inputs=inputs,
        jwks=jwks,
        reload=not no_reload,
        quiet=quiet,
        debug=flags.debug_ports(debug),
        async_retry_seconds=async_retry_seconds,
        layers=layers_of(layer),
        translate=translations(),
        ended_by="`visitplannr stop`" if detach else "Ctrl-C",
    )
    _say_where(backend)
    raise typer.Exit(_detached(options) if detach else run(options))


def run(options: UpOptions) -> int:
    """Run `up` in this process; return its exit code."""
    _end_on_signals()
    _need_debugger(wanted=bool(options.debug))
    gc.disable()  # until all is imported (`up.session`), which takes a sixth less time so
    from visitplannr.up.main import run_up

    return run_up(options)


def _detached(options: UpOptions) -> int:
    from visitplannr.cli.detached import run_detached

    if options.state is None:
        raise typer.BadParameter(
            "--detach and --ephemeral contradict each other: `stop` and the others find what runs "
            "by its state folder"
        )
    with one_line():
        return run_detached(options.state, lambda: run(options))


def _say_where(backend: BackendWanted) -> None:
    if backend.endpoint_url and backend.endpoint_url == endpoint_at_hand():
        complain(
            f"The stack is at {backend.endpoint_url}, which AWS_ENDPOINT_URL names; unset it for a "
            "backend of `up`'s own."
        )


def _need_debugger(*, wanted: bool) -> None:
    from visitplannr.runtime import debugger

    with one_line():
        if wanted and not debugger.is_installed():
            raise CommandError(debugger.MISSING)


def _end_on_signals() -> None:
    """End with 0 on a signal that comes before there is anything to be ended in order."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
