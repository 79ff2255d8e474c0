"""What tests do to the running stack, over HTTP below `/_local/`."""

from collections.abc import Awaitable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel, Field

from visitplannr.backend.control import ControlError
from visitplannr.model.application import Application
from visitplannr.up.steering import Steering

T = TypeVar("T")


class Move(BaseModel):
    """What `POST /_local/clock` takes: seconds."""

    advance: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Fault(BaseModel):
    """What `POST /_local/faults` takes; what is left out stands for any, `count` for one call."""

    service: str
    operation: str | None = None
    resource: str | None = None
    error: str = "throttling"
    count: Annotated[int, Field(gt=0)] = 1


def steering_router(steering: Steering, application: Application) -> APIRouter:
    """Serve reset, clock, faults and snapshots."""
    router = APIRouter(prefix="/_local")

    @router.post("/reset", status_code=204)
    async def reset() -> None:
        await _done(steering.reset(application))

    @router.post("/clock")
    async def clock(move: Move) -> dict[str, float]:
        return dict(await _done(steering.advance(move.advance)))

    @router.post("/faults", status_code=204)
    async def add_fault(fault: Annotated[Fault, Body()]) -> None:
        await _done(steering.add_fault(application, fault.model_dump()))

    @router.delete("/faults", status_code=204)
    async def clear_faults() -> None:
        await _done(steering.clear_faults())

    @router.post("/snapshots", status_code=201)
    async def snapshot() -> dict[str, Any]:
        return {"id": await _done(steering.snapshot(application))}

    @router.post("/snapshots/{name}/restore", status_code=204)
    async def restore(name: str) -> None:
        await _done(steering.restore(name))

    return router


async def _done(work: Awaitable[T]) -> T:
    try:
        return await work
    except ControlError as error:
        raise HTTPException(error.status, str(error)) from error
