"""Everything of ours below `/_local/` and `/2015-03-31/`: for people and tools, not on AWS."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Body, FastAPI, HTTPException
from pydantic import BaseModel

from visitplannr.gateway.asgi import App, Message, Receive, Send, send_response
from visitplannr.gateway.history import History, as_full_json, as_json
from visitplannr.gateway.request import Response
from visitplannr.gateway.rest_api.method_test import MethodTest, MethodTester, NotFoundError
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import Application, RestApi
from visitplannr.model.callers import Refusal, any_page, foreign_host, foreign_page, malformed_host
from visitplannr.model.invocation import Invoker
from visitplannr.runtime.invoke_api import InvokeApi

_PREFIXES = ("/_local/", "/2015-03-31/", "/2021-11-15/", "/2014-11-13/")
_CONSOLE = "/_local/"


class MethodTestRequest(BaseModel):
    """What `POST /_local/test-invoke` takes; without a resource, the path chooses it."""

    method: str
    path: str = ""
    resource: str | None = None
    headers: dict[str, str] = {}
    body: str | None = None


def local_app(  # noqa: PLR0913 - what it serves
    application: Application,
    invoker: Invoker,
    health: Mapping[str, str],
    history: History,
    extra: Sequence[APIRouter] = (),
    *,
    settings: GatewaySettings | None = None,
) -> FastAPI:
    """Serve health, resources, past exchanges, the Test call, the Invoke API, and what is extra."""
    settings = settings or GatewaySettings()
    app = FastAPI(title="visitplannr", docs_url=None, redoc_url=None, openapi_url=None)
    routers = (
        InvokeApi(application, invoker, settings.stream).router(),
        _past_requests(history),
        _method_tests(application, invoker, settings),
        *extra,
    )
    for router in routers:
        app.include_router(router)

    @app.get("/_local/health")
    async def local_health() -> Mapping[str, str]:
        return health

    @app.get("/_local/resources")
    async def local_resources() -> list[Mapping[str, str]]:
        return [asdict(resource) for resource in application.resources]

    return app


def beside(ours: App, theirs: App, console_port: int) -> App:
    """Serve what is ours below its prefixes, to this machine's programs only; else `theirs`.

    What comes in at the console's port is for the console's own pages, too (ADR 8).
    """

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await theirs(scope, receive, send)
        elif scope["path"].startswith(_PREFIXES) or scope["server"][1] == console_port:
            if answer := _turned_away(scope, console_port):
                await send_response(send, answer)
            else:
                await ours(scope, receive, send)
        elif scope["http_version"] == "1.1" and (refusal := malformed_host(scope["headers"])):
            await send_response(send, _refused(refusal))
        else:
            await theirs(scope, receive, send)

    return app


def _turned_away(scope: Message, console_port: int) -> Response | None:
    """Answer a request that gets no further: refused, or led to the console."""
    headers = scope["headers"]
    if refusal := foreign_host(headers):
        return _refused(refusal)
    host = next(value.decode("latin-1") for name, value in headers if name == b"host")
    if scope["server"][1] == console_port:
        if not scope["path"].startswith(_CONSOLE):
            return _redirect(_CONSOLE)
        refusal = foreign_page(headers, f"{scope['scheme']}://{host}")
        return _refused(refusal) if refusal else None
    page = any_page(headers)
    if scope["path"] == _CONSOLE and _navigates(headers):
        name = urlsplit(f"//{host}").hostname or ""
        name = f"[{name}]" if ":" in name else name
        return _redirect(f"{scope['scheme']}://{name}:{console_port}{_CONSOLE}")
    return _refused(page) if page else None


def _navigates(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Say whether a browser asks for a page to be shown: it sends no Origin then."""
    given = dict(headers)
    return b"origin" not in given and b"text/html" in given.get(b"accept", b"")


def _redirect(location: str) -> Response:
    return Response(307, (("Location", location), ("Cache-Control", "no-store")), b"")


def _refused(refusal: Refusal) -> Response:
    body = json.dumps({"message": f"{HTTPStatus(refusal.status).phrase}: {refusal.reason}"})
    return Response(refusal.status, (("Content-Type", "application/json"),), body.encode())


def _method_tests(
    application: Application, invoker: Invoker, settings: GatewaySettings
) -> APIRouter:
    router = APIRouter()
    testers = [
        MethodTester(api, partial(invoker.invoke, trigger="api"), settings)
        for api in application.apis
        if isinstance(api, RestApi)
    ]

    @router.post("/_local/test-invoke")
    async def local_test_invoke(wanted: Annotated[MethodTestRequest, Body()]) -> dict[str, Any]:
        test = MethodTest(
            wanted.method, wanted.resource or None, wanted.path, wanted.headers, wanted.body
        )
        error: Exception = NotFoundError("Invalid Resource identifier specified")
        for tester in testers:
            try:
                return asdict(await tester.run(test))
            except NotFoundError as not_found:
                error = not_found
        raise HTTPException(404, str(error))

    return router


def _past_requests(history: History) -> APIRouter:
    router = APIRouter()

    @router.get("/_local/requests")
    async def local_requests() -> list[dict[str, Any]]:
        return [as_json(exchange) for exchange in history]

    @router.get("/_local/requests/{request_id}")
    async def local_request(request_id: str) -> dict[str, Any]:
        for exchange in history:
            if exchange.ids.request_id == request_id:
                return as_full_json(exchange)
        raise HTTPException(404, f"no request {request_id} is kept")

    return router
