"""A stack that somebody else deploys is waited for, and followed when it becomes another one."""

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

import pytest
from botocore.exceptions import EndpointConnectionError
from visitplannr.deployment.errors import DeploymentError
from visitplannr.model.application import Application
from visitplannr.up.follow_stack import DeployedStack, follow_stack


def stack(name: str, status: str = "CREATE_COMPLETE") -> Mapping[str, Any]:
    return {"StackId": name, "StackStatus": status}


T = TypeVar("T")
GONE = EndpointConnectionError(endpoint_url="http://127.0.0.1:9")


class Backend:
    """One whose stack is another at each look; the last stays."""

    def __init__(self, *looks: Mapping[str, Any] | Exception | None) -> None:
        self._looks = list(looks)
        self.served: list[Application] = []
        self.lines: list[str] = []
        self.is_served = asyncio.Event()
        self.times_read = 0
        self.initialised = [True]
        self.read: list[Exception | None] = [None]
        self.unservable: list[Exception | None] = [None]

    def find(self) -> Mapping[str, Any] | None:
        found = next_of(self._looks)
        self._id = found["StackId"] if isinstance(found, Mapping) else ""
        if isinstance(found, Exception):
            raise found
        return found

    def read_back(self) -> Application:
        self.times_read += 1
        if error := next_of(self.read):
            raise error
        return Application(self._id, "us-east-1", "000000000000", (), (), (), {})

    def serve(self, application: Application) -> None:
        if error := next_of(self.unservable):
            raise error
        self.served.append(application)
        self.is_served.set()

    def say(self, line: str) -> None:
        self.lines.append(line)

    def deployed(self) -> DeployedStack:
        return DeployedStack(
            "shop", self.find, lambda: next_of(self.initialised), self.read_back, pause=0.001
        )


def next_of(values: list[T]) -> T:
    return values.pop(0) if len(values) > 1 else values[0]


@pytest.mark.parametrize(
    "first",
    [
        None,
        GONE,
        stack("early", "CREATE_IN_PROGRESS"),
        stack("early", "ROLLBACK_COMPLETE"),
        {"StackId": "early"},
    ],
    ids=["absent", "no backend", "in progress", "rolled back", "half described"],
)
async def test_a_stack_is_waited_for(first: Mapping[str, Any] | Exception | None) -> None:
    application = await Backend(first, stack("whole")).deployed().settled()
    assert application.stack_name == "whole"


async def test_a_backend_that_is_not_complete_is_waited_for() -> None:
    backend = Backend(stack("whole"))
    backend.initialised = [False, False, True]
    assert (await backend.deployed().settled()).stack_name == "whole"
    assert backend.initialised == [True]


async def test_a_stack_that_cannot_be_read_yet_is_waited_for() -> None:
    backend = Backend(stack("whole"))
    backend.read = [DeploymentError("no bucket"), None]
    assert (await backend.deployed().settled()).stack_name == "whole"


async def test_the_known_stack_is_nothing_new() -> None:
    assert await Backend(stack("known")).deployed().other_than("known") is None


async def followed(backend: Backend) -> list[str]:
    """Follow until another stack is served; give what was said."""
    task = asyncio.create_task(follow_stack(backend.deployed(), backend, backend.say))
    async with asyncio.timeout(10):
        await backend.is_served.wait()
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return backend.lines


ANOTHER = "The stack shop is another one now; it is served as it is."


@pytest.mark.parametrize("start", [[stack("old")], [None, stack("old")], [GONE, stack("old")]])
async def test_another_stack_is_served_and_said(
    start: list[Mapping[str, Any] | Exception | None],
) -> None:
    backend = Backend(*start, stack("old"), GONE, None, stack("new"))
    assert await followed(backend) == [ANOTHER]
    assert [application.stack_name for application in backend.served] == ["new"]


async def test_the_stack_that_is_served_already_is_not_read_again() -> None:
    backend = Backend(stack("old"), stack("old"), stack("new"))
    await followed(backend)
    assert backend.times_read == 1


async def test_what_nobody_expected_is_said_once_and_following_goes_on() -> None:
    backend = Backend(stack("old"), stack("new"))
    backend.read = [RecursionError("too deep"), RecursionError("too deep"), None]
    backend.unservable = [KeyError("paths"), None]
    assert await followed(backend) == [
        "The stack shop cannot be served: RecursionError: too deep",
        "The stack shop cannot be served: KeyError: 'paths'",
        ANOTHER,
    ]
