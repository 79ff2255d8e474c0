"""Which stack a command is about: that of a running `up`, an emulator's, or one on AWS."""

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from visitplannr.backend.endpoint import Aws, Backend
from visitplannr.backend.stack_resources import list_resources
from visitplannr.cli.advice import advice
from visitplannr.cli.command import CommandError, Wanted
from visitplannr.cli.output import complain
from visitplannr.cli.suggestion import there_are
from visitplannr.cli.surroundings import endpoint_at_hand, profile_at_hand
from visitplannr.deployment.build.builder import Builder, make_builder
from visitplannr.deployment.build.installer import find_programs
from visitplannr.deployment.plan import stack_name_of
from visitplannr.deployment.stack_state import find_stack
from visitplannr.model.application import Resource
from visitplannr.model.nesting import flattened
from visitplannr.up.announcement import Running, find_running

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

_EMULATED_REGION = "us-east-1"


class PlaceError(CommandError):
    """There is no such stack; the message says what to do."""


class NothingRunsError(PlaceError):
    """No `up` runs on the state folder, and no other place is named."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stack, its backend, its template and state folder; `url` is the gateway's, if `up` runs."""

    backend: Backend
    stack_name: str
    template: Path
    state: Path
    url: str | None = None


def find_place(wanted: Wanted) -> Place:
    """Find the stack.

    Raises:
        PlaceError: nothing runs here, or there is no such profile.
    """
    own = wanted.stack_name or stack_name_of(wanted.template.resolve().parent)
    at = functools.partial(Place, template=wanted.template, state=wanted.state)
    if wanted.aws or wanted.profile:
        return at(_aws(wanted), own)
    running = find_running(wanted.state)
    url = wanted.endpoint_url or _at_hand(running)
    if url:
        return at(Backend(url, region=wanted.region or _EMULATED_REGION), own)
    if running is None:
        raise NothingRunsError(
            f"nothing runs with the state folder {wanted.state}: start `visitplannr up`, or name "
            f"its folder with --state-dir, an emulator with --endpoint-url, or AWS with "
            f"{_aws_flags()}"
        )
    backend = Backend(running.endpoint_url, region=running.region)
    if wanted.stack_name in {None, running.stack_name}:
        return at(backend, running.stack_name, url=running.url)
    return at(backend, own)


def _at_hand(running: Running | None) -> str | None:
    """Give the endpoint that AWS_ENDPOINT_URL names, and say so; not if it is the running one's."""
    url = endpoint_at_hand()
    if url is None or (running and url.rstrip("/") == running.endpoint_url.rstrip("/")):
        return None
    complain(f"The stack at {url} is meant, which AWS_ENDPOINT_URL names.")
    return url


def _aws_flags() -> str:
    profile = profile_at_hand()
    return f"--aws (the profile {profile} of AWS_PROFILE)" if profile else "--aws or --profile"


def _aws(wanted: Wanted) -> Aws:
    try:
        return Aws(wanted.profile, region=wanted.region)
    except BotoCoreError as error:
        what = f"the profile {wanted.profile}" if wanted.profile else "AWS"
        raise PlaceError(f"{what} cannot be used: {error}{advice(error)}") from error


@contextlib.contextmanager
def in_one_line(what: str) -> Iterator[None]:
    """Say `what` cannot be done, and why, if AWS or who stands in for it refuses or is not there.

    Raises:
        PlaceError: of any error of boto3's.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise PlaceError(f"{what}: {error}{advice(error)}") from error


def search_path() -> str:
    """Say where this machine's programs are, as in PATH."""
    return os.environ.get("PATH", os.defpath)


def code_builder(cache: Path, say: Callable[[str], None]) -> Builder:
    """Make what builds functions and layers with this machine's programs, below a folder."""
    return make_builder(cache, Path.home(), find_programs(os.environ), say)


def functions_of(place: Place) -> dict[str, str]:
    """Map the logical ids of the stack's functions to their physical names.

    Raises:
        PlaceError: the stack is not there, or nobody answers.
    """
    return {
        resource.logical_id: resource.physical_id
        for resource in resources_of(place)
        if resource.type == "AWS::Lambda::Function"
    }


def resources_of(place: Place) -> tuple[Resource, ...]:
    """List the stack's resources.

    Raises:
        PlaceError: the stack is not there, or nobody answers.
    """
    client = place.backend.client("cloudformation")
    with in_one_line(f"the stack {place.stack_name} cannot be read"):
        there = find_stack(client, place.stack_name) is not None
        found = _all_resources(client, place.stack_name) if there else ()
    if not there:
        raise no_stack(place)
    return found


def no_stack(place: Place) -> PlaceError:
    """Say that it is not there."""
    return PlaceError(f"there is no stack {place.stack_name}; `visitplannr deploy` makes it")


def _all_resources(client: "CloudFormationClient", stack: str) -> tuple[Resource, ...]:
    own = list_resources(client, stack)
    nested = {
        one.logical_id: _all_resources(client, one.physical_id)
        for one in own
        if one.type == "AWS::CloudFormation::Stack" and one.physical_id
    }
    return tuple(flattened(own, nested))


def physical_name(place: Place, name: str, kind: str = "Lambda::Function") -> str:
    """Find a resource of a kind by its logical id or physical name.

    Raises:
        PlaceError: the stack has no such resource.
    """
    found = {
        resource.logical_id: resource.physical_id
        for resource in resources_of(place)
        if resource.type == f"AWS::{kind}"
    }
    if name in found.values():
        return name
    if name not in found:
        what = kind.rpartition("::")[2].lower()
        raise PlaceError(f"{place.stack_name} has no {what} {name}; {there_are(found, name)}")
    return found[name]
