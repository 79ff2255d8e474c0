"""The flags of `up` that say where it listens, and where its state is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from visitplannr.cli import flags

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[
    int,
    typer.Option(
        "--port",
        "-p",
        envvar="VISITPLANNR_PORT",
        help="The port; 0 takes a free one.",
        min=0,
        max=65535,
    ),
]
ConsolePort = Annotated[
    int | None,
    typer.Option(
        envvar="VISITPLANNR_CONSOLE_PORT",
        help="The console's port; without it, the next after the port, or a free one.",
        min=0,
        max=65535,
    ),
]
State = Annotated[
    Path | None,
    typer.Option(
        "--state-dir",
        metavar="FOLDER",
        help="Where tables, buckets and stacks are kept.  [default: .visitplannr]",
    ),
]


@dataclass(frozen=True, slots=True)
class Serving:
    """What they say; without a `state` nothing is kept."""

    host: str
    port: int
    console_port: int | None
    region: str
    stack_name: str | None
    state: Path | None


def serving(
    *,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    console_port: ConsolePort = None,
    region: flags.Region = "us-east-1",
    stack_name: flags.StackName = None,
    state_dir: State = None,
    ephemeral: flags.Ephemeral = False,
) -> Serving:
    """Read them.

    Raises:
        BadParameter: two contradict each other.
    """
    if ephemeral and state_dir:
        raise typer.BadParameter(
            "--ephemeral and --state-dir contradict each other: one keeps nothing, the other says "
            "where it is kept"
        )
    state = None if ephemeral else state_dir or flags.STATE
    return Serving(host, port, console_port, region, stack_name, state)
