"""The flags of the commands: one definition each, so they mean the same everywhere."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from visitplannr.cli.regions import check_region
from visitplannr.cli.surroundings import is_endpoint
from visitplannr.template.default import default_template
from visitplannr.template.overrides import OverridesError, read_overrides

STATE = Path(".visitplannr")
_DEBUG_PORT = 5678
_PLACE = "Which stack"
_INPUTS = "What is given for the template"


def _check_url(url: str | None) -> str | None:
    if url is not None and not is_endpoint(url):
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
    Path,
    typer.Option(
        "--template",
        "--template-file",
        "-t",
        metavar="FILE",
        default_factory=default_template,
        show_default="template.yaml, .yml or .json",
        help="The template: SAM's, CloudFormation's or one that the CDK synthesised.",
        rich_help_panel=_INPUTS,
    ),
]
ParameterOverrides = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE ...",
        callback=_check_overrides,
        rich_help_panel=_INPUTS,
        help="Values of parameters; also as ParameterKey=NAME,ParameterValue=VALUE. Repeatable.",
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="SAM's configuration file; by default samconfig.toml beside the template.",
        rich_help_panel=_INPUTS,
    ),
]
ConfigEnv = Annotated[
    str,
    typer.Option(help="The environment in the configuration file.", rich_help_panel=_INPUTS),
]
EnvVars = Annotated[
    Path | None,
    typer.Option(
        "--env-vars",
        "-n",
        metavar="FILE",
        help="Values of environment variables, in SAM's JSON; they win over the template's.",
        rich_help_panel=_INPUTS,
    ),
]
Seed = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="What has to be there before the stack: SSM parameters, secrets, exports, buckets.",
        rich_help_panel=_INPUTS,
    ),
]
EndpointUrl = Annotated[
    str | None,
    typer.Option(
        callback=_check_url,
        help="A running emulator to deploy to (also AWS_ENDPOINT_URL); without it, an embedded one "
        "is started.",
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
Region = Annotated[
    str, typer.Option(envvar="AWS_REGION", callback=check_region, help="The region.")
]
PlaceRegion = Annotated[
    str | None,
    typer.Option(
        "--region",
        envvar="AWS_REGION",
        callback=check_region,
        help="The region; by default that of the profile, or us-east-1 on an emulator.",
        rich_help_panel=_PLACE,
    ),
]
StackName = Annotated[
    str | None,
    typer.Option(
        callback=_check_stack_name,
        help="The stack's name; by default that of the template's folder.",
        rich_help_panel=_PLACE,
    ),
]
StateDir = Annotated[
    Path,
    typer.Option(
        metavar="FOLDER",
        help="Where tables, buckets and stacks are kept; what runs there is meant.",
        rich_help_panel=_PLACE,
    ),
]
Ephemeral = Annotated[
    bool, typer.Option("--ephemeral", help="Keep nothing: use a state folder that is removed.")
]
BackendPort = Annotated[
    int | None, typer.Option(help="The embedded backend's port.", min=1, max=65535)
]
Profile = Annotated[
    str | None,
    typer.Option(
        help="Use AWS itself, with this profile of the AWS configuration.", rich_help_panel=_PLACE
    ),
]
OnAws = Annotated[
    bool,
    typer.Option(
        "--aws",
        help="Use AWS itself, with the credentials that are at hand, or those of AWS_PROFILE.",
        rich_help_panel=_PLACE,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Bucket = Annotated[
    str | None, typer.Option(help="A bucket for the code; by default one of the stack's own.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")]
RunningEndpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        callback=_check_url,
        help="An emulator that the stack is deployed to (also AWS_ENDPOINT_URL); by default that "
        "of the running `up`.",
        rich_help_panel=_PLACE,
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
