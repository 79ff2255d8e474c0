"""Everything of ours below `/_local/` and `/2015-03-31/`: for people and tools, not on AWS.

FastAPI takes long to import, so `up` imports this for the first request of somebody who asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Body, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from visitplannr.gateway.history import History, as_full_json, as_json
from visitplannr.gateway.rest_api.method_test import MethodTest, MethodTester, NotFoundError
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import Application, RestApi
from visitplannr.model.callers import any_page
from visitplannr.model.invocation import Invoker
from visitplannr.model.secrets import SECRETS, Secrets
from visitplannr.runtime.invoke_api import InvokeApi
from visitplannr.up.addresses import urls


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
    secrets: Secrets = SECRETS,
) -> FastAPI:
    """Serve health, resources, past exchanges, the Test call, the Invoke API, and what is extra.

    Pages see no `secrets` of past exchanges; programs see all.
    """
    settings = settings or GatewaySettings()
    app = FastAPI(title="visitplannr", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(Exception, _failed)
    routers = (
        InvokeApi(application, invoker, settings.stream).router(),
        _past_requests(history, secrets),
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


async def _failed(_request: Request, error: Exception) -> JSONResponse:
    """Say what a request has failed of, as a backend that is just being stopped."""
    return JSONResponse({"detail": f"{type(error).__name__}: {error}"}, 500)


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


def _past_requests(history: History, secrets: Secrets) -> APIRouter:
    router = APIRouter()

    @router.get("/_local/requests")
    async def local_requests() -> list[dict[str, Any]]:
        return [as_json(exchange) for exchange in history]

    @router.get("/_local/requests/{request_id}")
    async def local_request(request_id: str, request: Request) -> dict[str, Any]:
        for exchange in history:
            if exchange.ids.request_id == request_id:
                found = as_full_json(exchange)
                return _without_secrets(found, secrets) if any_page(request.headers.raw) else found
        raise HTTPException(404, f"no request {request_id} is kept")

    return router


def _without_secrets(found: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    headers = [(name, secrets.value({name: value})[name]) for name, value in found["headers"]]
    return {**secrets.value(found), "headers": headers}


def addresses_router(application: Application, base: str) -> APIRouter:
    """Serve `/_local/urls` and `/_local/outputs`."""
    router = APIRouter()
    known = urls(application, base)

    @router.get("/_local/urls")
    async def local_urls() -> Mapping[str, Mapping[str, str]]:
        return known

    @router.get("/_local/outputs")
    async def local_outputs() -> Mapping[str, str]:
        return application.outputs

    return router
