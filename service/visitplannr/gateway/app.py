"""The gateway's ASGI application: it finds the API that a request is for, and has it answered."""

from collections.abc import Callable
from functools import partial

from visitplannr.gateway.addressing import Addressed, Addressing
from visitplannr.gateway.asgi import (
    ClientDisconnectedError,
    Message,
    Receive,
    Send,
    answer_handshake,
    cut_off,
    read_request,
    send_response,
)
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.history import History
from visitplannr.gateway.kinds import KINDS, Connections, Kinds
from visitplannr.gateway.limits import BODY_LIMIT
from visitplannr.gateway.request import BrokenStreamError
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import Application
from visitplannr.model.invocation import Invoke


class Gateway:
    """Serves an application's APIs; `tell` hears of each request when it is answered.

    `stages` are what serves them (there is at least one), `history` is what was answered.
    """

    def __init__(
        self,
        application: Application,
        invoke: Invoke,
        tell: Callable[[Exchange], None],
        settings: GatewaySettings,
        kinds: Kinds = KINDS,
    ) -> None:
        self.history = History()
        self._tell = tell
        self.stages = [
            kind.stage(api, partial(invoke, trigger=kind.trigger), settings)
            for api in application.apis
            for kind in (kinds[type(api)],)
        ]
        self._addressing = Addressing(
            Addressed(api, stage.router, not kinds[type(api)].prefix(api))
            for api, stage in zip(application.apis, self.stages, strict=True)
        )

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send)
            return
        try:
            request = await read_request(scope, receive, BODY_LIMIT)
        except ClientDisconnectedError:
            return
        at, match = self._addressing.find(request)
        exchange = await self.stages[at].handle(request, match)
        self._note(exchange)
        try:
            await send_response(send, exchange.response)
        except BrokenStreamError as error:
            exchange.explanation = str(error)
            self._tell(exchange)
            await cut_off(scope, receive)

    async def _connect(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let the first API that is for a handshake hold the connection; else only answer it."""
        for stage in self.stages:
            if isinstance(stage, Connections) and stage.accepts(scope):
                await stage.connect(scope, receive, send, self._note)
                return
        await answer_handshake(self, scope, receive, send)

    def _note(self, exchange: Exchange) -> None:
        self.history.add(exchange)
        self._tell(exchange)
