"""Send a request to the application from the Test page, whose origin is another one."""

import http.client
import time
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel

from visitplannr.console.console import Console

_SECONDS = 60
_LEFT_ALONE = "!$%&'()*+,/:;=?@~"  # what may stand in a path and query (RFC 3986, 3.3 and 3.4)


class SentRequest(BaseModel):
    """What the page sends; `path` may have a query."""

    method: str
    path: str
    headers: dict[str, str] = {}
    body: str | None = None


def send_api(console: Console) -> APIRouter:
    """Serve it below `/_local/send`; the answer has status, latency in ms, headers and body."""
    router = APIRouter(prefix="/_local/send")

    @router.post("")
    def send(wanted: Annotated[SentRequest, Body()]) -> dict[str, Any]:
        connection = http.client.HTTPConnection(
            console.served.host, console.served.port, timeout=_SECONDS
        )
        body = None if wanted.body is None else wanted.body.encode("utf-8", errors="replace")
        began = time.monotonic()
        try:
            target = quote(wanted.path, safe=_LEFT_ALONE)
            connection.request(wanted.method, target, body, wanted.headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", errors="replace")
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise HTTPException(400, f"the request cannot be sent: {error}") from error
        finally:
            connection.close()
        return {
            "status": answer.status,
            "latency": round((time.monotonic() - began) * 1000),
            "headers": {name.lower(): value for name, value in answer.getheaders()},
            "body": text,
        }

    return router
