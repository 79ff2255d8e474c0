"""Everything of ours below `/_local/` and `/2015-03-31/`: for people and tools, not on AWS."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, FastAPI, HTTPException
from pydantic import BaseModel

from visitplannr.gateway.asgi import App, Message, Receive, Send, send_response
from visitplannr.gateway.history import History, as_full_json, as_json
from visitplannr.gateway.request import Response
from visitplannr.gateway.rest_api.method_test import MethodTest, MethodTester, NotFoundError
from visitplannr.model.application import Application, RestApi
from visitplannr.model.invocation import Invoker
from visitplannr.runtime.invoke_api import InvokeApi
from visitplannr.up.local_only import refusal

_PREFIXES = ("/_local/", "/2015-03-31/")


class MethodTestRequest(BaseModel):
    """What `POST /_local/test-invoke` takes; without a resource, the path chooses it."""

    method: str
    path: str = ""
    resource: str | None = None
    headers: dict[str, str] = {}
    body: str | None = None


def local_app(
    application: Application,
    invoker: Invoker,
    health: Mapping[str, str],
    history: History,
    extra: Sequence[APIRouter] = (),
) -> FastAPI:
    """Serve health, resources, past exchanges, the Test call, the Invoke API, and what is extra."""
    app = FastAPI(title="visitplannr", docs_url=None, redoc_url=None, openapi_url=None)
    routers = (
        InvokeApi(application, invoker).router(),
        _past_requests(history),
        _method_tests(application, invoker),
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


def beside(ours: App, theirs: App) -> App:
    """Serve what is ours below its prefixes, to this machine only; all else is `theirs`."""

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_PREFIXES):
            await theirs(scope, receive, send)
        elif why := refusal(scope["headers"]):
            await send_response(send, _forbidden(why))
        else:
            await ours(scope, receive, send)

    return app


def _forbidden(why: str) -> Response:
    body = json.dumps({"message": f"Forbidden: {why}"}).encode()
    return Response(403, (("Content-Type", "application/json"),), body)


def _method_tests(application: Application, invoker: Invoker) -> APIRouter:
    router = APIRouter()
    testers = [
        MethodTester(api, invoker.invoke) for api in application.apis if isinstance(api, RestApi)
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
