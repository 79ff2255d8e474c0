"""The backend that `up` runs on: the one at --endpoint-url, or an embedded one of its own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Never

from visitplannr.backend.embedded.child import BackendError, EmbeddedBackend
from visitplannr.up.front import Front
from visitplannr.up.options import UpOptions


@contextlib.asynccontextmanager
async def running_backend(
    options: UpOptions,
    embed: Callable[[], EmbeddedBackend],
    meanwhile: Callable[[], Awaitable[None]],
    front: Front,
    failure: asyncio.Future[Never],
) -> AsyncIterator[str]:
    """Give the backend's endpoint; an embedded one is started, watched, and stopped at the end.

    `meanwhile` is done while it starts. `failure` gets the error if it ends by itself.
    """
    if options.endpoint_url:
        await meanwhile()
        yield options.endpoint_url
        return
    front.waiting_for = "the embedded backend"
    embedded = embed()
    await embedded.start()
    watch = asyncio.create_task(_watch(embedded, failure))
    try:
        await asyncio.gather(embedded.ready(), meanwhile())
        yield embedded.endpoint_url
    finally:
        watch.cancel()
        await embedded.stop()


async def _watch(embedded: EmbeddedBackend, failure: asyncio.Future[Never]) -> None:
    code = await embedded.ended()
    failure.set_exception(
        BackendError(f"the embedded backend ended with exit code {code}; its log is {embedded.log}")
    )
