"""Waiting for what is behind a route and is no function: a URL or an AWS service."""

import asyncio

from visitplannr.gateway.integration import IntegrationTimeoutError
from visitplannr.model.endpoints import Call, CallEndpoint, EndpointAnswer, EndpointError


async def nobody(_call: Call) -> EndpointAnswer:
    """Call nothing: a gateway that is told of nobody who calls has no other way."""
    raise EndpointError("this gateway calls no endpoints")


class Endpoint:
    """Makes calls, each as a task of its own: it goes on when nobody waits any longer."""

    def __init__(self, call: CallEndpoint) -> None:
        self._call = call
        self._under_way: set[asyncio.Future[EndpointAnswer]] = set()

    async def call(self, call: Call, name: str, seconds: float) -> EndpointAnswer:
        """Make a call and wait at most so many seconds; `name` is what is called.

        Raises:
            EndpointError: there is no answer.
            IntegrationTimeoutError: there is none in time.
        """
        task = asyncio.ensure_future(self._call(call))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            raise IntegrationTimeoutError(f"{name} did not answer in {seconds:g} s")
        return task.result()
