"""Follow a stack on a backend that is not ours: after its restart, names are other ones."""

import asyncio
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from service.backend.endpoint import Backend
from service.cli.daemon_thread import in_daemon_thread
from service.cli.live_stack import LiveStack
from service.template.model import Application

_LOOK_SECONDS = 1.0
_SETTLED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})


async def follow_backend(
    backend: Backend,
    stack_name: str,
    live: LiveStack,
    describe: Callable[[], Application],
    say: Callable[[str], None],
) -> None:
    """Serve the stack as it is now whenever it has become another one; until cancelled."""
    client = backend.client("cloudformation")

    def stack_id() -> str | None:
        try:
            stack = client.describe_stacks(StackName=stack_name)["Stacks"][0]
        except (BotoCoreError, ClientError):
            return None
        return str(stack["StackId"]) if stack["StackStatus"] in _SETTLED else None

    known = await in_daemon_thread(stack_id)
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        found = await in_daemon_thread(stack_id)
        if found is None or found == known:
            continue
        try:
            application = await in_daemon_thread(describe)
        except (BotoCoreError, ClientError, KeyError):
            continue
        known = found
        live.serve(application)
        say(f"The stack {stack_name} is another one now; it is served as it is.")
