"""An answer of our own in JSON."""

from typing import Any

import orjson

from visitplannr.backend.server.steps import Send


async def send_json(send: Send, status: int, said: Any) -> None:
    """Answer a request."""
    body = orjson.dumps(said)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
