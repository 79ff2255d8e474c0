"""What becomes of a message, and of the news that a connection has ended (W13 to W15, W22)."""

import contextlib
import time
from dataclasses import replace

from visitplannr.gateway.connections import Closing, Connection, Tell
from visitplannr.gateway.exchange import Exchange, begun
from visitplannr.gateway.identifiers import new_id
from visitplannr.gateway.request import RefusedError
from visitplannr.gateway.websocket_api.errors import FORBIDDEN, INTERNAL, as_json, told
from visitplannr.gateway.websocket_api.event import disconnect_event, message_event
from visitplannr.gateway.websocket_api.integrations import Integrations
from visitplannr.gateway.websocket_api.selection import DISCONNECT, Routes
from visitplannr.model.application import WebSocketApi
from visitplannr.model.endpoints import EndpointError
from visitplannr.model.invocation import InvocationError
from visitplannr.model.routes import Route

FAILURES = (RefusedError, InvocationError, EndpointError)


class RoutedMessages:
    """Hands the messages of a stage's connections to what is behind their routes."""

    def __init__(self, api: WebSocketApi, routes: Routes, integrations: Integrations) -> None:
        self._api = api
        self._routes = routes
        self._integrations = integrations

    async def take(self, connection: Connection, message: str, tell: Tell) -> None:
        """Hand a message to the route that it selects, and its answer back if there is one."""
        asked = replace(connection.request, method="MESSAGE", body=message.encode())
        exchange = begun(self._api, asked, time.time())
        route = self._routes.selected(message)
        try:
            if route is None:
                exchange.explanation = f"no route for it; there are: {self._routes} [W13]"
                exchange.response = as_json(403, {"message": FORBIDDEN})
                await connection.post(told(FORBIDDEN, connection.id, exchange.ids))
            else:
                await self._answer(connection, message, route, exchange)
        except OSError:
            exchange.explanation = "the connection ended before it was answered"
        if exchange.explanation:
            exchange.seconds = time.time() - exchange.ids.epoch
            tell(exchange)

    async def disconnected(self, connection: Connection, closing: Closing) -> None:
        """Hand the event of a connection's end over; nobody waits for an answer."""
        if route := self._routes.named(DISCONNECT):
            exchange = begun(self._api, connection.request, time.time())
            event = disconnect_event(self._api, connection, exchange.ids, closing)
            with contextlib.suppress(*FAILURES):
                await self._integrations.answer(route, event, exchange)

    async def _answer(
        self, connection: Connection, message: str, route: Route, exchange: Exchange
    ) -> None:
        key, ids = route.resource, exchange.ids
        event = message_event(
            self._api, connection, ids, key=key, message_id=new_id(), body=message
        )
        try:
            answer = await self._integrations.answer(route, event, exchange)
        except FAILURES as error:
            exchange.explanation = f"{key}: {error} [W14]"
            exchange.response = as_json(500, {"message": INTERNAL})
            await connection.post(told(INTERNAL, connection.id, ids))
        else:
            if key in self._api.two_way and answer.body:
                await connection.post(answer.body)
