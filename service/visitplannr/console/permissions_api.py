"""Which permissions functions have used, and which they lacked, as far as that is kept."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter

from visitplannr.console.console import Console
from visitplannr.console.sources import Invocation

_LACKED = ("denied", "warned")
Used = Mapping[str, Mapping[str, list[str]]]


def permissions_api(console: Console) -> APIRouter:
    """Serve them at `/_local/permissions`, by the physical names of functions."""
    router = APIRouter()

    @router.get("/_local/permissions")
    async def permissions() -> Used:
        await console.invocations.complete()
        return await asyncio.to_thread(used, console.invocations.records())

    return router


def used(records: Iterable[Invocation]) -> Used:
    """Give `used` and `refused` by function: texts, an action, a space, a resource.

    What was only warned of counts as refused: on AWS it would have been.
    """
    found: dict[str, dict[str, dict[str, None]]] = {}
    for record in records:
        of = found.setdefault(record.function, {"used": {}, "refused": {}})
        calls: list[dict[str, Any]] = json.loads(record.calls)
        for call in calls:
            kind = "refused" if call["decision"] in _LACKED else "used"
            of[kind].update(dict.fromkeys(call.get("permissions", ())))
    return {
        name: {kind: list(texts) for kind, texts in kinds.items()} for name, kinds in found.items()
    }
