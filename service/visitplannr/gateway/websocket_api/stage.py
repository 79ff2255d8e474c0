"""Serves one stage of a WebSocket API: handshakes, and what its backend asks of connections."""

import contextlib
import time

from visitplannr.gateway.asgi import Message, Receive, Send, read_handshake, refuse_handshake
from visitplannr.gateway.connections import Connection, Tell
from visitplannr.gateway.exchange import Exchange, begun
from visitplannr.gateway.limits import check_limits
from visitplannr.gateway.request import Request, Response
from visitplannr.gateway.routing import Match
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.gateway.websocket_api.authorization import Authorization
from visitplannr.gateway.websocket_api.errors import FORBIDDEN, HandshakeError, as_json, refusal
from visitplannr.gateway.websocket_api.event import connect_event
from visitplannr.gateway.websocket_api.holding import Timing, hold
from visitplannr.gateway.websocket_api.integrations import Answer, Integrations
from visitplannr.gateway.websocket_api.management import manage
from visitplannr.gateway.websocket_api.messages import FAILURES, RoutedMessages
from visitplannr.gateway.websocket_api.routing import CONNECTION, WebSocketRouter
from visitplannr.gateway.websocket_api.selection import CONNECT, Routes
from visitplannr.model.application import WebSocketApi
from visitplannr.model.invocation import Invoke

_SUBPROTOCOL = "sec-websocket-protocol"
_ACCEPTED = Response(101, (), b"")


class WebSocketStage:
    """Serves one stage; its connections outlive it, and go on with the stage that follows it."""

    def __init__(
        self,
        api: WebSocketApi,
        invoke: Invoke,
        settings: GatewaySettings,
        timing: Timing | None = None,
    ) -> None:
        self.api = api
        self.router = WebSocketRouter(api)
        self._routes = Routes(api)
        self._integrations = Integrations(api, invoke, settings)
        self._authorization = Authorization(api, invoke)
        self._open = settings.connections
        self._timing = timing or Timing()
        messages = RoutedMessages(api, self._routes, self._integrations)
        self._open.serve(api.logical_id, messages)

    async def handle(self, request: Request, match: Match | None) -> Exchange:
        """Answer a request that is no handshake."""
        exchange = begun(self.api, request, time.time())
        if match and CONNECTION in match.path_parameters:
            named = match.path_parameters[CONNECTION]
            exchange.response = await manage(self._open, named, exchange)
        else:
            exchange.explanation = f"{self.api.logical_id} is a WebSocket API: connect to it [W1]"
            exchange.response = as_json(403, {"message": FORBIDDEN})
        exchange.seconds = time.time() - exchange.ids.epoch
        return exchange

    def accepts(self, scope: Message) -> bool:
        """Say whether the API is for a handshake."""
        return self.router.takes(read_handshake(scope))

    async def connect(self, scope: Message, receive: Receive, send: Send, tell: Tell) -> None:
        """Hold a connection, if `$connect` lets it be made, until it ends."""
        await receive()
        exchange = begun(self.api, read_handshake(scope), time.time())
        connection = self._connection(exchange.request, send)
        try:
            answer = await self._admit(connection, exchange)
            exchange.response = _ACCEPTED
        except FAILURES as error:
            exchange.response, exchange.explanation = refusal(error), str(error)
        exchange.seconds = time.time() - exchange.ids.epoch
        tell(exchange)
        if exchange.response is not _ACCEPTED:
            await refuse_handshake(send, exchange.response)
            return
        protocol = answer.headers.get(_SUBPROTOCOL)
        await send({"type": "websocket.accept", "subprotocol": protocol, "headers": []})
        await self._hold(connection, receive, send, tell)

    async def _admit(self, connection: Connection, exchange: Exchange) -> Answer:
        """Go through the steps of a handshake, in their order.

        Raises:
            EndpointError, InvocationError, RefusedError: it is no connection.
        """
        check_limits(exchange.request)
        if not self.router.is_at_its_place(exchange.request):
            raise HandshakeError(403, f"connections are made at /{self.api.stage} [W1]")
        route = self._routes.named(CONNECT)
        if route is None:
            return Answer(200, {}, None)
        event = connect_event(self.api, connection, exchange.ids)
        who = await self._authorization.authorise(route, exchange.request, event)
        if who is not None:
            connection.authorizer = event["requestContext"]["authorizer"] = who
        answer = await self._integrations.answer(route, event, exchange)
        if not 200 <= answer.status < 300:
            raise HandshakeError(answer.status, f"{CONNECT} answered {answer.status} [W5]")
        return answer

    async def _hold(self, connection: Connection, receive: Receive, send: Send, tell: Tell) -> None:
        async def take(message: str) -> None:
            if messages := self._open.messages_of(connection):
                await messages.take(connection, message, tell)

        self._open.add(connection)
        try:
            closing = await hold(connection, receive, take, self._timing)
            connection.end(closing)
        finally:
            self._open.remove(connection)
        with contextlib.suppress(OSError, RuntimeError):  # the client has closed it itself
            await send({"type": "websocket.close", "code": closing.code, "reason": closing.reason})
        if messages := self._open.messages_of(connection):
            await messages.disconnected(connection, closing)

    def _connection(self, request: Request, send: Send) -> Connection:
        async def write(message: str | bytes) -> None:
            kind = "text" if isinstance(message, str) else "bytes"
            await send({"type": "websocket.send", kind: message})

        domain = self._open.domain or request.header("host") or ""
        return Connection(self.api.logical_id, request, domain, write, self._timing.now)
