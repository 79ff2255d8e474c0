"""Which stack a command is about: that of a running `up`, an emulator's, or one on AWS."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from service.backend.endpoint import Aws, Backend
from service.cli.options import Wanted
from service.cli.running import find_running
from service.deployment.plan import stack_name_of


class PlaceError(Exception):
    """There is no such stack; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stack and its backend; `url` is the gateway's, where `up` runs."""

    backend: Backend
    stack_name: str
    url: str | None = None


def find_place(wanted: Wanted) -> Place:
    """Find the stack.

    Raises:
        PlaceError: nothing runs here, or there is no such profile.
    """
    name = wanted.stack_name or stack_name_of(wanted.template.resolve().parent)
    if wanted.profile:
        return Place(_aws(wanted.profile, wanted.region), name)
    if wanted.endpoint_url:
        return Place(Backend(wanted.endpoint_url, region=wanted.region), name)
    running = find_running(wanted.state)
    if running is None:
        raise PlaceError(
            f"nothing runs with the state folder {wanted.state}: start `visitplannr up`, "
            "or name an emulator with --endpoint-url or AWS with --profile"
        )
    backend = Backend(running.endpoint_url, region=running.region)
    return Place(backend, wanted.stack_name or running.stack_name, running.url)


def _aws(profile: str, region: str) -> Aws:
    try:
        return Aws(profile, region=region)
    except BotoCoreError as error:
        raise PlaceError(f"the profile {profile} cannot be used: {error}") from error


def functions_of(place: Place) -> dict[str, str]:
    """Map the logical ids of the stack's functions to their physical names.

    Raises:
        PlaceError: the stack is not there, or nobody answers.
    """
    client = place.backend.client("cloudformation")
    pages = client.get_paginator("list_stack_resources")
    try:
        return {
            resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "")
            for page in pages.paginate(StackName=place.stack_name)
            for resource in page["StackResourceSummaries"]
            if resource["ResourceType"] == "AWS::Lambda::Function"
        }
    except (BotoCoreError, ClientError) as error:
        raise PlaceError(f"the stack {place.stack_name} cannot be read: {error}") from error


def physical_name(place: Place, function: str) -> str:
    """Find a function by its logical id or physical name.

    Raises:
        PlaceError: the stack has no such function.
    """
    functions = functions_of(place)
    if function in functions.values():
        return function
    if function not in functions:
        there = ", ".join(sorted(functions)) or "none"
        raise PlaceError(f"{place.stack_name} has no function {function}; there are: {there}")
    return functions[function]
