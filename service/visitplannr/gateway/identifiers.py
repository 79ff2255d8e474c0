"""The ids of one request, in the shapes that AWS gives them."""

import base64
import hashlib
import secrets
import time
import uuid
from dataclasses import dataclass
from functools import lru_cache

from visitplannr.gateway.trace_header import answer_trace, event_trace


@dataclass(frozen=True, slots=True)
class RequestIds:
    """`request_id` is a UUID, `extended_request_id` 15 base64url characters and "=" (E23, E24).

    `trace` is the X-Amzn-Trace-Id of the event, `answer_trace` that of the answer (E46, E47),
    `epoch` the moment of the request in seconds.
    """

    epoch: float
    request_id: str
    extended_request_id: str
    trace: str
    answer_trace: str

    @property
    def root(self) -> str:
        """Give the part of the trace that all have who belong to it: `Root=1-…`."""
        return self.answer_trace.partition(";")[0]

    def request_time(self) -> str:
        """Give the moment in common log format, in UTC (E25)."""
        return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(self.epoch))


def new_ids(client_trace: str | None, epoch: float) -> RequestIds:
    """Make a request's ids; what the client sent of a trace is used (api-gateway.md E47)."""
    trace = event_trace(client_trace, epoch)
    return RequestIds(
        epoch=epoch,
        request_id=str(uuid.uuid4()),
        extended_request_id=new_id(),
        trace=trace,
        answer_trace=answer_trace(trace),
    )


def new_id() -> str:
    """Make an id of 15 base64url characters and "=" (E24, websocket.md W24)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(11)).decode()


@lru_cache(maxsize=1024)
def short_id(text: str) -> str:
    """Derive an id of 6 lower-case letters or digits; the same for the same text (E22)."""
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:6].lower()
