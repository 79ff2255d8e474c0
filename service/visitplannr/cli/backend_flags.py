"""The flags of `up` that say which backend it works with, and how that one behaves."""

from dataclasses import dataclass
from typing import Annotated

import typer

from visitplannr.cli import flags
from visitplannr.cli.surroundings import endpoint_at_hand
from visitplannr.model.strictness import CapacityMode, Iam

ThroughputFlag = Annotated[
    CapacityMode,
    typer.Option(
        "--throughput",
        help="What is beyond a table's provisioned capacity: say so and let it through (report), "
        "refuse it as AWS does (enforce), or neither (off). For the embedded backend's own tables.",
    ),
]


IamFlag = Annotated[
    Iam | None,
    typer.Option(
        "--iam",
        help="What a function's role does not allow: refuse it as AWS does (enforce, the default), "
        "let it through and say so (warn), or neither (off). For the embedded backend.",
    ),
]


@dataclass(frozen=True, slots=True)
class BackendWanted:
    """What they say; without an `endpoint_url` it is one of our own."""

    endpoint_url: str | None
    dynamodb_endpoint_url: str | None
    backend_port: int | None
    wait_for_stack: bool
    invoke_deployed: bool
    throughput: CapacityMode
    iam: Iam


def backend_wanted(
    *,
    endpoint_url: flags.EndpointUrl = None,
    dynamodb_endpoint_url: flags.DynamoDBEndpointUrl = None,
    backend_port: flags.BackendPort = None,
    wait_for_stack: flags.WaitForStack = False,
    invoke: flags.InvokeWhich = flags.Invoke.LOCAL,
    throughput: ThroughputFlag = CapacityMode.REPORT,
    iam: IamFlag = None,
) -> BackendWanted:
    """Read them.

    Raises:
        BadParameter: two contradict each other.
    """
    endpoint_url = endpoint_url or endpoint_at_hand()
    deployed = invoke is flags.Invoke.DEPLOYED
    if endpoint_url is None:
        _need_no_endpoint(invoke_deployed=deployed, wait_for_stack=wait_for_stack)
    elif dynamodb_endpoint_url:
        raise typer.BadParameter(
            "--endpoint-url and --dynamodb-endpoint-url contradict each other: an emulator has its "
            "own tables"
        )
    elsewhere = "--endpoint-url" if endpoint_url else "--dynamodb-endpoint-url"
    if throughput is CapacityMode.ENFORCE and (endpoint_url or dynamodb_endpoint_url):
        raise typer.BadParameter(
            f"--throughput enforce and {elsewhere} contradict each other: another DynamoDB has "
            "limits of its own"
        )
    return BackendWanted(
        endpoint_url,
        dynamodb_endpoint_url,
        backend_port,
        wait_for_stack,
        deployed,
        throughput,
        _iam(iam, endpoint_url),
    )


def _need_no_endpoint(*, invoke_deployed: bool, wait_for_stack: bool) -> None:
    if wait_for_stack:
        raise typer.BadParameter("--wait-for-stack needs --endpoint-url: who else deploys it?")
    if invoke_deployed:
        raise typer.BadParameter("--invoke deployed needs --endpoint-url: where are they deployed?")


def _iam(wanted: Iam | None, endpoint_url: str | None) -> Iam:
    """Give what holds if nothing is said; another backend has its own way."""
    if wanted and endpoint_url:
        raise typer.BadParameter(
            "--iam and --endpoint-url contradict each other: whether permissions are enforced is "
            "that backend's own business"
        )
    return wanted or Iam.ENFORCE
