"""The frame: what API Gateway does with a request, step by step, for every kind of API alike.

A stage is given a request and the match that its router made of it; the whole way is in
`Stage._answer`. What a kind does in a step is in its own package (rest_api/stage.py,
http_api/stage.py); the Test call of the console goes the same way (rest_api/method_test_stage.py).
A step refuses a request by raising; the kind's `refuse` makes the client's answer of it.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from visitplannr.gateway.connections import OpenConnections
from visitplannr.gateway.endpoint import nobody
from visitplannr.gateway.exchange import Exchange, begun
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.integration import (
    Integration,
    Submit,
    function_behind,
    to_nobody,
)
from visitplannr.gateway.limits import check_limits
from visitplannr.gateway.request import RefusedError, Request, Response
from visitplannr.gateway.routing import ApiRouter, Match, no_route
from visitplannr.model.application import Api
from visitplannr.model.endpoints import CallEndpoint
from visitplannr.model.invocation import InvocationError, InvocationResult, InvokeStreaming
from visitplannr.model.routes import Route

A = TypeVar("A", bound=Api)
Event = dict[str, Any]
Answer = Callable[[Match, Event, Exchange], Awaitable[Response]]
"""Answers a request to a route that hands its event to no function."""
KeysOf = Callable[[str], str | None]
"""Names the file or URL of the keys of an issuer of tokens, by its URL; None: ask the issuer."""


def ask_the_issuer(_issuer: str) -> None:
    """Fit `KeysOf`: each issuer says where its keys are, as on AWS."""


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """What is not in the application.

    `keys_of` finds the keys of those who issue tokens, `integration_seconds` replaces API Gateway's
    own time limits. `stream` runs functions whose answers are streams; without it they
    come as a whole. `call` calls URLs and AWS services, `submit` has a function run later.
    `connections` are those of WebSocket APIs, which stay when the application is exchanged;
    decisions of authorizers are kept by `now`, in seconds.
    """

    keys_of: KeysOf = ask_the_issuer
    integration_seconds: float | None = None
    stream: InvokeStreaming | None = None
    call: CallEndpoint = nobody
    submit: Submit = to_nobody
    connections: OpenConnections = field(default_factory=OpenConnections)
    now: Callable[[], float] = time.monotonic


class Stage(ABC, Generic[A]):
    """Serves one stage of an API; `seconds` is how long it waits for a function at most.

    `_answers` has what answers for the routes that hand their events to no function.
    """

    def __init__(self, api: A, router: ApiRouter, integration: Integration, seconds: float) -> None:
        self.api = api
        self.router = router
        self._integration = integration
        self._seconds = seconds
        self._answers: Mapping[Route, Answer] = {}

    def handle(self, request: Request, match: Match | None) -> Awaitable[Exchange]:
        """Answer a request, whatever it is; `match` is what the router made of it."""
        return self.serve(begun(self.api, request, time.time()), match)

    async def serve(self, exchange: Exchange, match: Match | None) -> Exchange:
        """Take an exchange that has only begun through all steps, and say how long that took."""
        try:
            exchange.response = await self._answer(exchange, match)
        except (RefusedError, InvocationError) as error:
            exchange.response = self.refuse(error, exchange)
        exchange.seconds = time.time() - exchange.ids.epoch
        return exchange

    async def _answer(self, exchange: Exchange, match: Match | None) -> Response:
        """Go through API Gateway's steps, in its order."""
        check_limits(exchange.request)
        if answer := self.preflight(exchange):
            return answer
        if match is None:
            raise no_route(self.router.routes, exchange.request)
        self.throttle(match.route)
        exchange.event = event = self.event(match, exchange.ids)
        await self.admit(match, event, exchange.ids)
        self.validate(match)
        if answer_with := self._answers.get(match.route):
            return await answer_with(match, event, exchange)
        exchange.function = function_behind(self.api, match.route)
        return await self.deliver(match, event, exchange)

    @abstractmethod
    def preflight(self, exchange: Exchange) -> Response | None:
        """Answer a request that needs no route, if it is one."""

    @abstractmethod
    def throttle(self, route: Route) -> None:
        """Count the request; raise if its route has had too many."""

    @abstractmethod
    def event(self, match: Match, ids: RequestIds) -> Event:
        """Build the event, without the caller."""

    @abstractmethod
    async def admit(self, match: Match, event: Event, ids: RequestIds) -> None:
        """Authorise the request and put its caller into the event; raise if it may not come in."""

    @abstractmethod
    def validate(self, match: Match) -> None:
        """Raise if the request is not what the route asks for."""

    async def deliver(self, match: Match, event: Event, exchange: Exchange) -> Response:
        """Have the function answer; a kind may pass its answer on before it is complete."""
        result = await self.integrate(match.route, event, exchange)
        return self.respond(match, result, exchange.ids)

    def integrate(
        self, route: Route, event: Mapping[str, Any], exchange: Exchange
    ) -> Awaitable[InvocationResult]:
        """Invoke the exchange's function; an error that it gave is kept in the exchange."""
        return self._integration.hand_over(event, route, exchange, self._seconds)

    @abstractmethod
    def respond(self, match: Match, result: InvocationResult, ids: RequestIds) -> Response:
        """Make the answer of the function's result."""

    @abstractmethod
    def refuse(self, error: RefusedError | InvocationError, exchange: Exchange) -> Response:
        """Make the client's answer of what stopped the request, and keep the explanation."""
