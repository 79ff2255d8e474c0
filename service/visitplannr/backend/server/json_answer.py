"""An answer of our own in JSON."""

import json
from typing import Any

from visitplannr.backend.server.steps import Send


async def send_json(send: Send, status: int, said: Any) -> None:
    """Answer a request."""
    body = json.dumps(said).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
