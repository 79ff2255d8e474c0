"""A connection whose requests are answered in their turn: none is lost, and a refusal is the last.

Built on uvicorn's protocol, for the gateway and the backend's process. Requests that come while
others are answered wait as bytes, and a client that is too slow is not waited for
(`connection_watch`).
"""

import asyncio
import enum
import resource
import sys
from abc import abstractmethod
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from visitplannr.model.callers import Refusal
from visitplannr.model.connection_watch import PATIENCE_SECONDS, ConnectionWatch
from visitplannr.model.http_head import closing_answer

AT_ONCE = 16_384
"""How many bytes are parsed before it is looked whether a request waits for another."""


class Reading(enum.Enum):
    """Where in a request the next byte belongs: before one, in its head, in its body."""

    NOTHING = enum.auto()
    HEAD = enum.auto()
    BODY = enum.auto()


_DESCRIPTORS_FOR_THE_REST = 200
_ROOM_SECONDS = 0.5  # as long as a client of many at once may need to send its request


class TurnsProtocol(HttpToolsProtocol):
    """One connection; a client has `patience` seconds for a head.

    For a body it has `body_patience`, and more time the more of it comes. If there are too many
    connections, those go that have asked for nothing for longest.
    """

    patience: ClassVar[float] = PATIENCE_SECONDS
    body_patience: ClassVar[float] = 2 * PATIENCE_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.watch = ConnectionWatch(self.loop, transport, self._late, self.patience)
        self.reading = Reading.NOTHING
        self.refusal: Refusal | None = None
        self._unparsed = b""
        self._running: RequestResponseCycle | None = None
        self._is_answered_early = False
        self.quiet_since = self.loop.time()
        if len(self.connections) > self.most_connections():
            self.loop.call_later(_ROOM_SECONDS, self._make_room)

    @staticmethod
    def most_connections() -> int:
        """Say how many there may be, so that the process can still open files."""
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft == resource.RLIM_INFINITY:
            return sys.maxsize
        return max(soft // 2, soft - _DESCRIPTORS_FOR_THE_REST)

    def _make_room(self) -> None:
        """Close as many quiet connections as there are too many, the longest quiet ones first."""
        there = [one for one in self.connections if not one.transport.is_closing()]
        too_many = len(there) - self.most_connections()
        quiet = [one for one in there if isinstance(one, TurnsProtocol) and one.is_quiet()]
        for one in sorted(quiet, key=lambda one: one.quiet_since)[: max(too_many, 0)]:
            if one.quiet_since <= self.loop.time() - _ROOM_SECONDS:
                one.transport.close()

    def is_quiet(self) -> bool:
        """Say whether no request is under way."""
        return not self._is_answering() and self.reading is not Reading.BODY

    def connection_lost(self, exc: Exception | None) -> None:
        self.watch.end()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer a client that sends no more but may still read."""
        running = self._running
        if running is None or running.response_started or self.reading is not Reading.NOTHING:
            return False
        self.cycle.keep_alive = False
        return bool(self.transport.can_write_eof())

    def shutdown(self) -> None:
        self._unparsed = b""
        super().shutdown()

    @abstractmethod
    def parse(self, data: bytes | memoryview) -> None:
        """Parse some bytes."""

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self.refusal is not None:
            return
        if self._unparsed or self.pipeline:
            self._unparsed += data
            self.flow.pause_reading()
        elif len(data) <= AT_ONCE:
            self._parse(data)
        else:
            self._unparsed = data
            self._parse_on()

    def _parse_on(self) -> None:
        """Parse what waits, as long as no request waits for another."""
        waiting, at = memoryview(self._unparsed), 0
        while at < len(waiting) and not self.pipeline and self.refusal is None:
            self._parse(waiting[at : at + AT_ONCE])
            at += AT_ONCE
        self._unparsed = b"" if self.refusal else bytes(waiting[at:])
        if self._unparsed:
            self.flow.pause_reading()

    def _parse(self, data: bytes | memoryview) -> None:
        self.parse(data)
        if self.reading is Reading.NOTHING and not self._is_answering():
            self.watch.keep_expecting()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.reading = Reading.HEAD
        self.watch.expect()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self.reading = Reading.BODY
        self.watch.expect(self.body_patience)

    def on_body(self, body: bytes) -> None:
        self.watch.came(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.reading = Reading.NOTHING
        self.watch.expect_nothing()
        super().on_message_complete()
        if self._is_answered_early:
            self._is_answered_early = False
            self._keep_alive()

    def _keep_alive(self) -> None:
        """Wait for the next request, as uvicorn does after an answer."""
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _is_answering(self) -> bool:
        return self._running is not None and not self._running.response_complete

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.quiet_since = self.loop.time()
        if self.transport.is_closing():
            return
        if self.refusal is not None and not self._is_answering():
            self._answer_refusal()
        elif self._unparsed and not self.pipeline:
            self._unset_keepalive_if_required()
            self._parse_on()
        elif self.reading is Reading.BODY and self._running is self.cycle:
            self._is_answered_early = True
            self.watch.expect()

    def refuse(self, refusal: Refusal) -> None:
        """Look at nothing further; answer once all that came before is answered."""
        self.refusal = refusal
        self._unparsed = b""
        self.logger.warning("A request was refused with %d: %s", refusal.status, refusal.reason)
        if self.reading is Reading.BODY:
            self._give_up(self.cycle)
        if not self._is_answering():
            self._answer_refusal()

    def _give_up(self, cycle: RequestResponseCycle) -> None:
        """Let a request end whose body cannot be read."""
        if self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
        elif cycle.response_started:
            self.transport.close()
        else:
            cycle.disconnected = True
            cycle.message_event.set()
            self._running = None

    def _answer_refusal(self) -> None:
        """Say why, and read on for a while: an answer is lost if the client is cut off."""
        if self.transport.is_closing() or self.refusal is None:
            return
        with_body = self.parser.get_method() != b"HEAD"
        headers = self.server_state.default_headers
        self.transport.write(closing_answer(self.refusal, headers, with_body=with_body))
        if not self.transport.can_write_eof():
            self.transport.close()
            return
        self.transport.write_eof()
        self.flow.resume_reading()
        self.watch.expect()

    def _late(self) -> None:
        """Close a connection whose client owes something, and is not held up by us."""
        if self.flow.read_paused:
            self.watch.expect()
        elif self.reading is Reading.BODY and self._is_answering() and self.refusal is None:
            self.refuse(Refusal(408, "the body came too slowly"))
        else:
            self.transport.close()
