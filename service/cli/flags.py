"""The flags of the commands: one definition each, so they mean the same everywhere."""

import re
from pathlib import Path
from typing import Annotated

import typer


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


def _check_jwks(location: str | None) -> str | None:
    if location is None or location.startswith(("http://", "https://")):
        return location
    if not Path(location).is_file():
        raise typer.BadParameter(f"{location} is no file and no URL of a JSON Web Key Set")
    return location


Template = Annotated[Path, typer.Option(help="The SAM template to run.", show_default=True)]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)]
EndpointUrl = Annotated[
    str | None,
    typer.Option(
        envvar="AWS_ENDPOINT_URL",
        callback=_check_url,
        help="A running emulator to deploy to; without it, an embedded one is started.",
    ),
]
Region = Annotated[str, typer.Option(envvar="AWS_REGION", help="The region.")]
StackName = Annotated[
    str | None,
    typer.Option(
        callback=_check_stack_name,
        help="The stack's name; by default that of the template's folder.",
    ),
]
StateDir = Annotated[Path, typer.Option(help="Where tables, buckets and stacks are kept.")]
Ephemeral = Annotated[
    bool, typer.Option("--ephemeral", help="Keep nothing: use a state folder that is removed.")
]
BackendPort = Annotated[
    int | None, typer.Option(help="The embedded backend's port.", min=1, max=65535)
]
Profile = Annotated[
    str | None, typer.Option(help="Use AWS itself, with this profile of the AWS configuration.")
]
RunningEndpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        callback=_check_url,
        help="An emulator that the stack is deployed to; by default that of the running `up`.",
    ),
]
NoReload = Annotated[
    bool, typer.Option("--no-reload", help="Run what is there now; saving a file changes nothing.")
]
Jwks = Annotated[
    str | None,
    typer.Option(
        callback=_check_jwks,
        metavar="FILE|URL",
        help="The keys of JWT authorizers; without it, their issuers are asked.",
    ),
]
