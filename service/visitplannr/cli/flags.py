"""The flags of the commands: one definition each, so they mean the same everywhere."""

import re
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from visitplannr.template.overrides import OverridesError, read_overrides

if TYPE_CHECKING:
    from visitplannr.gateway.request import Request

_DEBUG_PORT = 5678
_KEPT = "/%:@!$&'()*+,;=~-._"


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


def _check_debug(wanted: list[str] | None) -> list[str] | None:
    for one in wanted or ():
        if not re.fullmatch(r"[A-Za-z0-9]+(:\d{1,5})?", one):
            raise typer.BadParameter(f"{one} is no function's logical id, or FUNCTION:PORT")
    ports = debug_ports(wanted).values()
    if len(set(ports)) < len(ports):
        raise typer.BadParameter("two functions cannot be debugged on the same port")
    return wanted


def _check_overrides(words: list[str] | None) -> list[str] | None:
    try:
        read_overrides(words or ())
    except OverridesError as error:
        raise typer.BadParameter(str(error)) from error
    return words


def debug_ports(wanted: list[str] | None) -> dict[str, int]:
    """Map functions to ports: FUNCTION[:PORT] each."""
    parted = (one.partition(":") for one in wanted or ())
    return {name: int(port or _DEBUG_PORT) for name, _, port in parted}


Template = Annotated[
    Path, typer.Option("--template", "-t", help="The SAM template to run.", show_default=True)
]
ParameterOverrides = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE ...",
        callback=_check_overrides,
        help="Values of parameters; also as ParameterKey=NAME,ParameterValue=VALUE. Repeatable.",
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(help="SAM's configuration file; by default samconfig.toml beside the template."),
]
ConfigEnv = Annotated[str, typer.Option(help="The environment in the configuration file.")]
EnvVars = Annotated[
    Path | None,
    typer.Option(
        "--env-vars",
        "-n",
        metavar="FILE",
        help="Values of environment variables, in SAM's JSON; they win over the template's.",
    ),
]
Seed = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="What has to be there before the stack: SSM parameters, secrets, exports, buckets.",
    ),
]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[
    int,
    typer.Option(envvar="VISITPLANNR_PORT", help="The port; 0 takes a free one.", min=0, max=65535),
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
EndpointUrl = Annotated[
    str | None,
    typer.Option(
        envvar="AWS_ENDPOINT_URL",
        callback=_check_url,
        help="A running emulator to deploy to; without it, an embedded one is started.",
    ),
]
DynamoDBEndpointUrl = Annotated[
    str | None,
    typer.Option(
        "--dynamodb-endpoint-url",
        callback=_check_url,
        help="Another DynamoDB for the tables, instead of the embedded backend's own: AWS's, that "
        "of an Alternator cluster, an emulator's.",
    ),
]
Region = Annotated[str, typer.Option(envvar="AWS_REGION", help="The region.")]
PlaceRegion = Annotated[
    str | None,
    typer.Option(
        "--region",
        envvar="AWS_REGION",
        help="The region; by default that of the profile, or us-east-1 on an emulator.",
    ),
]
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
OnAws = Annotated[
    bool, typer.Option("--aws", help="Use AWS itself, with the credentials that are at hand.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Bucket = Annotated[
    str | None, typer.Option(help="A bucket for the code; by default one of the stack's own.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")]
Headers = Annotated[
    list[str] | None,
    typer.Option("--header", "-H", metavar="NAME: VALUE", help="A header; may be repeated."),
]
Data = Annotated[
    str | None, typer.Option("--data", "-d", help="The body; @FILE reads a file, @- a pipe.")
]
RunningEndpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        callback=_check_url,
        help="An emulator that the stack is deployed to; by default that of the running `up`.",
    ),
]


AsyncRetrySeconds = Annotated[
    float,
    typer.Option(
        "--async-retry-seconds",
        min=0,
        help="Wait so long before an asynchronous invocation that failed is tried again, and twice "
        "as long before the last try; AWS waits one and two minutes.",
    ),
]


class Invoke(StrEnum):
    """Which functions the gateway invokes."""

    LOCAL = "local"
    DEPLOYED = "deployed"


InvokeWhich = Annotated[
    Invoke,
    typer.Option(
        "--invoke", help="Run the functions' source here, or what is deployed at --endpoint-url."
    ),
]
WaitForStack = Annotated[
    bool,
    typer.Option(
        "--wait-for-stack", help="Deploy nothing: wait for the stack, and serve it as it is."
    ),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", help="Print no line for a request that goes well."),
]
NoReload = Annotated[
    bool, typer.Option("--no-reload", help="Run what is there now; saving a file changes nothing.")
]
Debug = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FUNCTION[:PORT]",
        callback=_check_debug,
        help="Let this function wait for a debugger (port 5678 unless said); may be repeated.",
    ),
]
Jwks = Annotated[
    str | None,
    typer.Option(
        callback=_check_jwks,
        metavar="FILE|URL",
        help="The keys of JWT authorizers; without it, their issuers are asked.",
    ),
]


def read_headers(given: Sequence[str] | None) -> dict[str, str]:
    """Read headers of the form NAME: VALUE.

    Raises:
        BadParameter: one has another form.
    """
    headers = {}
    for header in given or ():
        name, colon, value = header.partition(":")
        if not colon or not name.strip():
            raise typer.BadParameter(f"{header!r} is no NAME: VALUE", param_hint="--header")
        headers[name.strip()] = value.strip()
    return headers


def read_body(given: str | None) -> str | None:
    """Read a body: text, @FILE, or @- for a pipe.

    Raises:
        BadParameter: the file cannot be read.
    """
    if given is None or not given.startswith("@"):
        return given
    if given == "@-":
        return sys.stdin.read()
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{given[1:]} cannot be read: {error}", param_hint="-d") from error


def request_of(
    method: str, target: str, headers: dict[str, str], body: str | None, url: str
) -> "Request":
    """Make the request that curl would send to the gateway at `url` (http://HOST:PORT)."""
    from visitplannr.gateway.request import Request

    path, _, query = target.partition("?")
    host = url.partition("://")[2]
    content_type = {} if body is None else {"Content-Type": "application/json"}
    sent = {"Host": host, "User-Agent": "curl/8", "Accept": "*/*", **content_type, **headers}
    return Request(
        method=method,
        path=quote("/" + path.lstrip("/"), safe=_KEPT),
        query=query,
        headers=tuple(sent.items()),
        body=(body or "").encode(),
        source_ip="127.0.0.1",
        scheme="http",
        port=int(host.rpartition(":")[2]),
    )
