"""The functions' logs, as CloudWatch Logs has them."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import APIRouter, HTTPException

from visitplannr.console.console import Console

_MOST = 2_000


def logs_api(console: Console) -> APIRouter:
    """Serve the latest events since a time (epoch milliseconds) at `/_local/logs`."""
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
