"""The step from a route to its function: which one it is, and waiting for it only so long."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.invoke_permission import Permit, everybody
from visitplannr.model.application import Api
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    InvocationError,
    InvocationResult,
    Invoke,
)
from visitplannr.model.payload import error_of
from visitplannr.model.routes import Route

Submit = Callable[[str, bytes], Awaitable[object]]
"""Takes an event for a function to be run later."""


async def to_nobody(function: str, _payload: bytes) -> None:
    """Take no event: a gateway that is told of nobody who takes some has no other way."""
    raise BrokenInvocationError(f"{function} cannot be run later: nobody takes its events")


class UnsupportedIntegrationError(InvocationError):
    """Raise for a type of integration that is not run locally."""


class IntegrationTimeoutError(InvocationError):
    """Raise when the function has not answered in time."""


class FunctionFailedError(InvocationError):
    """Raise when the function gave an error: `result` is what it gave, `message` its text."""

    def __init__(self, function: str, result: InvocationResult) -> None:
        kind, self.message = error_of(result.payload)
        super().__init__(f"{function} failed: {f'{kind}: ' if kind else ''}{self.message}")
        self.result = result


class BrokenInvocationError(InvocationError):
    """Raise when whoever runs functions broke."""


def function_behind(api: Api, route: Route) -> str:
    """Give the name of the function that a route's integration names.

    Raises:
        UnsupportedIntegrationError, FunctionNotFoundError: there is none.
    """
    if route.integration_type != "AWS_PROXY":
        raise UnsupportedIntegrationError(
            f"{route} has an integration of the type {route.integration_type}"
            f"{' in a private network' if route.is_private else ''}; it is not run locally"
        )
    function = api.integrations.get((route.resource, route.method))
    if function is None:
        raise FunctionNotFoundError(f"{route} has no function of this stack behind it")
    return function


class Integration:
    """Invokes functions, each as a task of its own.

    So neither the time limit nor a client that goes away ends the invocation: the function runs on
    (api-gateway.md X12). `permit` says whether the API may invoke the function of a route.
    """

    def __init__(self, invoke: Invoke, permit: Permit = everybody) -> None:
        self._invoke = invoke
        self.permit = permit
        self._in_flight: set[asyncio.Future[InvocationResult]] = set()

    async def hand_over(
        self, event: Mapping[str, Any], route: Route, exchange: Exchange, limit: float
    ) -> InvocationResult:
        """Invoke the exchange's function with an event; what it gave is kept in the exchange.

        `limit` is the time limit of the API in seconds; that of the route may be shorter.

        Raises:
            InvocationError: there is no result, or it is an error.
        """
        await self.permit(route, exchange)
        try:
            exchange.result = await self.invoke(
                exchange.function or "",
                payload_of(event),
                trace_id=exchange.ids.trace,
                seconds=route.seconds(limit),
            )
        except FunctionFailedError as error:
            exchange.result = error.result
            raise
        return exchange.result

    async def invoke(
        self, function: str, payload: bytes, *, trace_id: str, seconds: float
    ) -> InvocationResult:
        """Invoke a function with the bytes of an event and wait at most so many seconds.

        Raises:
            InvocationError: there is no result, or it is an error.
        """
        try:
            task = self.keep(self._invoke(function, payload, trace_id=trace_id))
            done, _ = await asyncio.wait({task}, timeout=seconds)
            result = task.result() if done else None
        except InvocationError:
            raise
        except Exception as error:
            raise BrokenInvocationError(f"the invocation broke: {error!r}") from error
        if result is None:
            raise IntegrationTimeoutError(f"{function} did not answer in {seconds:g} s; it runs on")
        if result.function_error:
            raise FunctionFailedError(function, result)
        return result

    def keep(self, begun: Awaitable[InvocationResult]) -> asyncio.Future[InvocationResult]:
        """Hold on to an invocation that has begun, whether or not somebody waits."""
        task = asyncio.ensure_future(begun)
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)
        return task


def payload_of(event: Mapping[str, Any]) -> bytes:
    """Write an event as a function gets it."""
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", errors="replace")
