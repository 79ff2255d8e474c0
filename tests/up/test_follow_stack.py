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
        self.said = asyncio.Event()
        self.initialised = [True]
        self.read: list[Exception | None] = [None]

    def find(self) -> Mapping[str, Any] | None:
        found = next_of(self._looks)
        self._id = found["StackId"] if isinstance(found, Mapping) else ""
        if isinstance(found, Exception):
            raise found
        return found

    def read_back(self) -> Application:
        if error := next_of(self.read):
            raise error
        return Application(self._id, "us-east-1", "000000000000", (), (), (), {})

    def serve(self, application: Application) -> None:
        self.served.append(application)

    def say(self, line: str) -> None:
        self.lines.append(line)
        self.said.set()

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
    found, application = await Backend(first, stack("whole")).deployed().settled()
    assert (found, application.stack_name) == ("whole", "whole")


async def test_a_backend_that_is_not_complete_is_waited_for() -> None:
    backend = Backend(stack("whole"))
    backend.initialised = [False, False, True]
    assert (await backend.deployed().settled())[0] == "whole"
    assert backend.initialised == [True]


async def test_a_stack_that_cannot_be_read_yet_is_waited_for() -> None:
    backend = Backend(stack("whole"))
    backend.read = [DeploymentError("no bucket"), None]
    assert (await backend.deployed().settled())[0] == "whole"


async def test_the_known_stack_is_nothing_new() -> None:
    assert await Backend(stack("known")).deployed().now("known") is None


async def test_another_stack_is_served_and_said() -> None:
    backend = Backend(stack("old"), stack("old"), GONE, None, stack("new"))
    task = asyncio.create_task(follow_stack(backend.deployed(), backend, backend.say))
    await backend.said.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [application.stack_name for application in backend.served] == ["new"]
    assert backend.lines == ["The stack shop is another one now; it is served as it is."]
