"""Follow a stack on a backend that is not ours: after its restart, names are other ones."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from visitplannr.deployment.errors import DeploymentError
from visitplannr.model.application import Application
from visitplannr.template.source import TemplateError
from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.switch import LiveStack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

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

    cloudformation: "CloudFormationClient"
    endpoint_url: str
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
        return await in_daemon_thread(lambda: self._read(known))

    def _read(self, known: str | None) -> tuple[str, Application] | None:
        try:
            stack = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
            if stack["StackId"] == known or stack["StackStatus"] not in _SETTLED:
                return None
            if not _is_initialised(self.endpoint_url):
                return None
            return stack["StackId"], self.describe()
        except (BotoCoreError, ClientError, DeploymentError, KeyError, TemplateError):
            return None


async def follow_backend(stack: DeployedStack, live: LiveStack, say: Callable[[str], None]) -> None:
    """Serve the stack as it is now whenever it has become another one; until cancelled."""
    known, _ = await stack.settled()
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        if found := await stack.now(known):
            known, application = found
            live.serve(application)
            say(f"The stack {stack.name} is another one now; it is served as it is.")
