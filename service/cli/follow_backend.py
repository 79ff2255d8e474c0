"""Follow a stack on a backend that is not ours: after its restart, names are other ones."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from service.backend.endpoint import Backend
from service.cli.daemon_thread import in_daemon_thread
from service.cli.live_stack import LiveStack
from service.template.model import Application

_LOOK_SECONDS = 1.0
_SECONDS = 3
_SETTLED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})


def _is_initialised(endpoint_url: str) -> bool:
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
    """A stack that somebody else deploys; `describe` reads it back."""

    backend: Backend
    name: str
    describe: Callable[[], Application]

    async def settled(self) -> tuple[str, Application]:
        """Wait until it is there, and settled; give its id, too."""
        while True:
            found = await self.now()
            if found:
                return found
            await asyncio.sleep(_LOOK_SECONDS)

    async def now(self, known: str | None = None) -> tuple[str, Application] | None:
        """Read it, unless it is not there, not settled, or the `known` one."""
        found = await in_daemon_thread(self._id)
        if found is None or found == known:
            return None
        try:
            return found, await in_daemon_thread(self.describe)
        except (BotoCoreError, ClientError, KeyError):
            return None

    def _id(self) -> str | None:
        client = self.backend.client("cloudformation")
        try:
            stack = client.describe_stacks(StackName=self.name)["Stacks"][0]
        except (BotoCoreError, ClientError):
            return None
        settled = stack["StackStatus"] in _SETTLED and _is_initialised(self.backend.endpoint_url)
        return str(stack["StackId"]) if settled else None


async def follow_backend(stack: DeployedStack, live: LiveStack, say: Callable[[str], None]) -> None:
    """Serve the stack as it is now whenever it has become another one; until cancelled."""
    known, _ = await stack.settled()
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        if found := await stack.now(known):
            known, application = found
            live.serve(application)
            say(f"The stack {stack.name} is another one now; it is served as it is.")
