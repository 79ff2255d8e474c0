"""Everything of ours below `/_local/` and `/2015-03-31/`: for people and tools, not on AWS."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, FastAPI, HTTPException
from pydantic import BaseModel

from visitplannr.gateway.history import History, as_full_json, as_json
from visitplannr.gateway.rest_api.test_call import NotFoundError, TestCall, TestInvoke
from visitplannr.model.application import Application, RestApi
from visitplannr.model.invocation import Invoker
from visitplannr.runtime.invoke_api import InvokeApi

PREFIXES = ("/_local/", "/2015-03-31/")


class TestRequest(BaseModel):
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
    for router in (InvokeApi(application, invoker).router(), _past_requests(history), *extra):
        app.include_router(router)
    testers = [
        TestInvoke(api, invoker.invoke) for api in application.apis if isinstance(api, RestApi)
    ]

    @app.get("/_local/health")
    async def local_health() -> Mapping[str, str]:
        return health

    @app.get("/_local/resources")
    async def local_resources() -> list[Mapping[str, str]]:
        return [asdict(resource) for resource in application.resources]

    @app.post("/_local/test-invoke")
    async def local_test_invoke(wanted: Annotated[TestRequest, Body()]) -> dict[str, Any]:
        error: Exception = NotFoundError("Invalid Resource identifier specified")
        for tester in testers:
            resource = wanted.resource or tester.resource_of(wanted.method, wanted.path)
            try:
                return asdict(
                    await tester.call(
                        TestCall(wanted.method, resource, wanted.path, wanted.headers, wanted.body)
                    )
                )
            except NotFoundError as not_found:
                error = not_found
        raise HTTPException(404, str(error))

    return app


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
