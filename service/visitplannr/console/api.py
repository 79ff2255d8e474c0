"""All that the console serves below `/_local/`, and among it the functions' logs."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import APIRouter, HTTPException

from visitplannr.console.console import Console
from visitplannr.console.events_api import events_api
from visitplannr.console.invocations_api import invocations_api
from visitplannr.console.page import page
from visitplannr.console.permissions_api import permissions_api
from visitplannr.console.send_api import send_api
from visitplannr.console.tables_api import tables_api

_MOST = 2_000


def routers(console: Console) -> tuple[APIRouter, ...]:
    """Make the routers of one application's console."""
    parts = (
        page,
        invocations_api,
        permissions_api,
        tables_api,
        _logs_api,
        events_api,
        send_api,
    )
    return tuple(part(console) for part in parts)


def _logs_api(console: Console) -> APIRouter:
    """Serve CloudWatch Logs' latest events since a time (epoch ms) at `/_local/logs`."""
    router = APIRouter()
    groups = {function.log_group: function.logical_id for function in console.application.functions}

    @router.get("/_local/logs")
    def logs(since: int, function: str = "", text: str = "") -> list[dict[str, Any]]:
        wanted = {group: name for group, name in groups.items() if function in {"", name}}
        try:
            found = list(console.read_logs(wanted, since, text or None))
        except (BotoCoreError, ClientError) as error:
            raise HTTPException(502, f"the logs cannot be read: {error}") from error
        return [
            {
                "id": event["eventId"],
                "time": event["timestamp"],
                "function": event["function"],
                "stream": event["logStreamName"],
                "message": event["message"].rstrip("\n"),
            }
            for event in found[-_MOST:]
        ]

    return router
