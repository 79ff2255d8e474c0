"""Follow a stack on a backend that is not ours: after its restart, names are other ones."""

import asyncio
import functools
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Never, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from visitplannr.backend.endpoint import Backend
from visitplannr.deployment.errors import DeploymentError
from visitplannr.deployment.stack_state import find_stack
from visitplannr.model.application import Application
from visitplannr.template.source import TemplateError
from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.terminal import described

_SECONDS = 3
_SETTLED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})


class Serving(Protocol):
    """What serves an application (`up.switch.Switch`)."""

    def serve(self, application: Application) -> None:
        """Serve it from now on."""


def is_initialised(endpoint_url: str) -> bool:
    """Say whether LocalStack's init hooks are done: they put items back after the deployment.

    Other emulators have no such thing.
    """
    url = f"{endpoint_url.rstrip('/')}/_localstack/init/ready"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - checked URL
            return bool(json.load(answer)["completed"])
    except (urllib.error.HTTPError, ValueError, KeyError, TypeError):
        return True
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """A stack that somebody else deploys.

    `find` gives CloudFormation's description of it, None if there is none; `initialised` says
    whether the backend is complete, `read_back` makes the application of it. All three block.
    It is looked at every `pause` seconds.
    """

    name: str
    find: Callable[[], Mapping[str, Any] | None]
    initialised: Callable[[], bool]
    read_back: Callable[[], Application]
    pause: float = 1.0

    async def settled(self) -> Application:
        """Wait until it is there, and settled."""
        while True:
            if found := await self.other_than(None):
                return found[1]
            await asyncio.sleep(self.pause)

    async def id(self) -> str | None:
        """Tell it from others; None while it is not there, or not settled."""
        return await in_daemon_thread(self._id)

    async def other_than(self, known: str | None) -> tuple[str, Application] | None:
        """Read it, with its id, unless it is not there, not settled, or the `known` one."""
        return await in_daemon_thread(lambda: self._read(known))

    def _id(self) -> str | None:
        try:
            stack = self.find()
            settled = stack is not None and stack["StackStatus"] in _SETTLED
            return str(stack["StackId"]) if stack and settled else None
        except (BotoCoreError, ClientError, KeyError):
            return None

    def _read(self, known: str | None) -> tuple[str, Application] | None:
        found = self._id()
        if found is None or found == known or not self.initialised():
            return None
        try:
            return found, self.read_back()
        except (BotoCoreError, ClientError, DeploymentError, KeyError, TemplateError):
            return None


async def follow_stack(stack: DeployedStack, serving: Serving, say: Callable[[str], None]) -> Never:
    """Serve the stack as it is now whenever it has become another one; until cancelled.

    Whatever fails meanwhile is said once, and tried again: a backend may come back otherwise.
    """
    known, told = await stack.id(), ""
    while True:
        await asyncio.sleep(stack.pause)
        try:
            if known is None:
                known = await stack.id()
            elif found := await stack.other_than(known):
                serving.serve(found[1])
                known = found[0]
                say(f"The stack {stack.name} is another one now; it is served as it is.")
        except Exception as error:  # noqa: BLE001 - see above
            before, told = told, f"The stack {stack.name} cannot be served: {described(error)}"
            if told != before:
                say(told)


def deployed_stack(
    backend: Backend, name: str, read_back: Callable[[], Application]
) -> DeployedStack:
    """Look at a stack of a backend; `read_back` reads what it consists of."""
    return DeployedStack(
        name,
        find=functools.partial(find_stack, backend.client("cloudformation"), name),
        initialised=functools.partial(is_initialised, backend.endpoint_url),
        read_back=read_back,
    )
