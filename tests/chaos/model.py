"""What must be there, whatever breaks: what was acknowledged, and how requests may be answered."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST_SECONDS = 30.0
BUSY = frozenset({429, 502, 503, 504})
HTTP_API_ERROR = (500, b'{"message":"Internal Server Error"}')  # AWS's for a function that failed


def put(key: str, number: int) -> str:
    """Name an item of the table; each key's numbers rise."""
    return f"{key} {number}"


@dataclass(slots=True)
class Answers:
    """How requests were answered: how many by status, and the slowest in seconds."""

    statuses: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0


class Model:
    """Knows what was acknowledged, and notes what was violated; `say` hears of each violation.

    Its clock is the monotonic one. Used by several threads.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.puts: set[str] = set()
        self.messages: set[str] = set()
        self.answers = Answers()
        self.violations: Counter[str] = Counter()
        self._say = say
        self._lock = threading.Lock()
        self._outage = (0.0, 0.0)
        self._stopped = 0.0
        self.disk_is_full = False

    def acknowledge_put(self, key: str, number: int) -> None:
        with self._lock:
            self.puts.add(put(key, number))

    def acknowledge_message(self, message: str) -> None:
        with self._lock:
            self.messages.add(message)

    def begin_outage(self) -> None:
        """From now on nobody needs to answer."""
        self._outage = (time.monotonic(), float("inf"))

    def end_outage(self) -> None:
        self._outage = (self._outage[0], time.monotonic())

    def allow_delay(self, seconds: float) -> None:
        """Note that something stands still on purpose for some seconds."""
        self._stopped = max(self._stopped, seconds)

    def answered(self, request: str, status: int, body: bytes, began: float) -> None:
        """Look at an answer: 200, or busy in AWS's shape, and in time."""
        took = time.monotonic() - began
        with self._lock:
            self.answers.statuses[str(status)] += 1
            self.answers.slowest = max(self.answers.slowest, took)
        if status != 200 and (status, body) != HTTP_API_ERROR and not _is_busy(status, body):
            self.violate(f"{request}: answered {status} {body[:200]!r}")
        self.took(request, took)

    def unanswered(self, request: str, error: Exception, began: float) -> None:
        """Look at a request without an answer: only an outage excuses it."""
        now = time.monotonic()
        with self._lock:
            self.answers.statuses[type(error).__name__] += 1
        if not (began <= self._outage[1] and self._outage[0] <= now):
            self.violate(f"{request}: no answer after {now - began:.1f} s: {error!r}")
        self.took(request, now - began)

    def took(self, request: str, seconds: float) -> None:
        if seconds > LONGEST_SECONDS + self._stopped:
            self.violate(f"{request}: hung for {seconds:.1f} s")

    def violate(self, what: str) -> None:
        with self._lock:
            self.violations[what] += 1
            is_new = self.violations[what] == 1
        if is_new:
            self._say(f"VIOLATED: {what}")


def _is_busy(status: int, body: bytes) -> bool:
    """Say whether it is one of AWS's answers in AWS's shape: an object of JSON."""
    try:
        return status in BUSY and isinstance(json.loads(body), dict)
    except ValueError:
        return False
