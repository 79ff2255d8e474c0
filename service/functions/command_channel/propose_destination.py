"""The Lambda handler of POST /destination: the command ProposeDestination over HTTP.

Log the event, read the command, append DestinationProposed exactly once, answer. README and
docs/adr/0001-composite-key.md say how a retry with the same Idempotency-Key finds its event.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, cast
from uuid import UUID

import botocore.session
from botocore.config import Config

from command_channel import responses
from command_channel.destinations import (
    COMMAND,
    EVENT_TYPE,
    EVENT_VERSION,
    Proposal,
    parse_proposal,
    stream_name,
)
from command_channel.event_log import to_log
from command_channel.event_store import Append, Event, ThrottledError, event_store
from command_channel.faults import Fault, Faults
from command_channel.ids import Uuid7Generator, derive_ids
from command_channel.proxy_event import IDEMPOTENCY_KEY, body_text, idempotency_key, metadata

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)  # Lambda's root logger lets only warnings through

# A request takes at most 9 of the function's 10 seconds: 2 attempts of 1 s to connect and 3 s to
# answer, and up to 1 s between them (standard mode: a random part of 2^0 s).
CLIENT_CONFIG = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 2},
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Context(Protocol):
    """The part of Lambda's context object that is used."""

    aws_request_id: str


class KeyTakenError(Exception):
    """Raise when a new event's key belongs to another event, which ids should make impossible."""


@dataclass(frozen=True, slots=True)
class ProposeDestination:
    """The handler, made of its parts: where events go, the ids, the time, the trace."""

    append: Append
    new_id: Callable[[], UUID]
    now_ms: Callable[[], int]
    trace_header: Callable[[], str | None]

    def __call__(self, event: Any, context: Context | None) -> responses.Response:
        """Handle a REST proxy event: 200, 400 (faults), 422 (key of another proposal), 503.

        Errors other than throttling are raised, so that the platform reports them.
        """
        logger.info("received event: %s", to_log(event))
        request = event if isinstance(event, dict) else {}
        key, proposal = idempotency_key(request), _proposal(request)
        if isinstance(key, list) or isinstance(proposal, list):
            return responses.refused(400, [*_faults(key), *_faults(proposal)])
        origin = metadata(request, getattr(context, "aws_request_id", None), self.trace_header())
        proposed = self._destination_proposed(proposal, key, origin)
        try:
            held = self.append(proposed)
        except ThrottledError:
            logger.warning("the events table takes no more writes for now", exc_info=True)
            return responses.throttled()
        return _answer(proposed, held, key)

    def _destination_proposed(
        self, proposal: Proposal, key: str | None, origin: Mapping[str, str]
    ) -> Event:
        destination, event_id = derive_ids(COMMAND, key) if key else (self.new_id(), self.new_id())
        occurred = _EPOCH + timedelta(milliseconds=self.now_ms())
        return Event(
            stream_name=stream_name(destination),
            event_id=str(event_id),
            type=EVENT_TYPE,
            version=EVENT_VERSION,
            occurred_at=occurred.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            data=proposal.data(),
            metadata=origin,
        )


def _proposal(request: Mapping[str, Any]) -> Proposal | Faults:
    text = body_text(request)
    return text if isinstance(text, list) else parse_proposal(text)


def _faults(result: object) -> Faults:
    return result if isinstance(result, list) else []


def _answer(proposed: Event, held: Event, key: str | None) -> responses.Response:
    """Tell apart what the stream holds: this event, a retry's first try, or another's."""
    if held == proposed or (key and held.data == proposed.data):
        return responses.accepted(held)
    if key:
        return responses.refused(422, [Fault(IDEMPOTENCY_KEY, "belongs to another proposal")])
    raise KeyTakenError(f"{held.stream_name} already holds another event {held.event_id}")


def compose(environment: Mapping[str, str]) -> ProposeDestination:
    """Build the handler from the function's environment variables and the real clock.

    Raises:
        LookupError: EVENTS_TABLE, the name of the events table, is not set.
    """
    if not environment.get("EVENTS_TABLE"):
        raise LookupError("EVENTS_TABLE is not set; it must hold the name of the events table")
    client = botocore.session.get_session().create_client("dynamodb", config=CLIENT_CONFIG)
    return ProposeDestination(
        append=event_store(cast("DynamoDBClient", client), environment["EVENTS_TABLE"]),
        new_id=Uuid7Generator(_now_ms),
        now_ms=_now_ms,
        trace_header=lambda: os.environ.get("_X_AMZN_TRACE_ID"),
    )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@cache
def _composed() -> ProposeDestination:
    return compose(os.environ)


def handler(event: Any, context: Context) -> responses.Response:
    """Handle an invocation (the template's Handler)."""
    return _composed()(event, context)


if os.environ.get("EVENTS_TABLE"):
    _composed()  # in Lambda's init phase, which has a whole CPU whatever the memory size
