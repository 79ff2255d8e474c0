"""The gateway's ASGI application: the API's routes, and ours below `/_local/`, `/2015-03-31/`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from fastapi import APIRouter

from visitplannr.gateway.asgi import (
    App,
    ClientDisconnectedError,
    Message,
    Receive,
    Send,
    read_request,
    send_response,
)
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.history import History
from visitplannr.gateway.http_api.pipeline import HttpPipeline
from visitplannr.gateway.limits import BODY_LIMIT
from visitplannr.gateway.request import Request, Response
from visitplannr.gateway.rest_api.pipeline import RestPipeline
from visitplannr.model.application import Application, HttpApi, RestApi
from visitplannr.model.invocation import Invoker
from visitplannr.up.local_api import PREFIXES, local_app
from visitplannr.up.local_only import refusal


class Pipeline(Protocol):
    """What serves one stage of an API."""

    def serves(self, request: Request) -> bool:
        """Say whether the API has a route for a request."""

    async def handle(self, request: Request, *, body_too_large: bool = False) -> Exchange:
        """Answer a request, whatever it is."""


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """What is not in the application.

    `health` is what `GET /_local/health` answers, `jwks` names the file or URL of the keys of JWT
    authorizers, `integration_seconds` replaces API Gateway's own time limits, `extra` is served
    below `/_local/`, too.
    """

    health: Mapping[str, str]
    jwks: str | None = None
    integration_seconds: float | None = None
    extra: Sequence[APIRouter] = ()


def create_app(
    application: Application,
    invoker: Invoker,
    report: Callable[[str], None],
    settings: GatewaySettings,
) -> App:
    """Serve an application's APIs; `report` hears why, where AWS keeps it to itself."""
    history = History()
    ours = local_app(application, invoker, settings.health, history, settings.extra)
    invoke, seconds = invoker.invoke, settings.integration_seconds
    pipelines: list[Pipeline] = [
        RestPipeline(api, invoke, seconds)
        if isinstance(api, RestApi)
        else HttpPipeline(api, invoke, settings.jwks, seconds)
        for api in application.apis
        if isinstance(api, RestApi | HttpApi)
    ]

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"].startswith(PREFIXES):
            if why := refusal(scope["headers"]):
                await send_response(send, _forbidden(why))
            else:
                await ours(scope, receive, send)
            return
        if not pipelines:
            await ours(scope, receive, send)
            return
        try:
            request, too_large = await read_request(scope, receive, BODY_LIMIT)
        except ClientDisconnectedError:
            return
        pipeline = _choose(pipelines, request)
        exchange = await pipeline.handle(request, body_too_large=too_large)
        history.add(exchange)
        if exchange.explanation:
            report(exchange.line())
        await send_response(send, exchange.response)

    return app


def _forbidden(why: str) -> Response:
    body = json.dumps({"message": f"Forbidden: {why}"}).encode()
    return Response(403, (("Content-Type", "application/json"),), body)


def _choose(pipelines: list[Pipeline], request: Request) -> Pipeline:
    """Let the first API that has the route answer; where none has it, the first says so."""
    if len(pipelines) == 1:
        return pipelines[0]
    return next((pipeline for pipeline in pipelines if pipeline.serves(request)), pipelines[0])
