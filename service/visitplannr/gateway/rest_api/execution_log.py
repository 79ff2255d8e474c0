"""The execution log of API Gateway's Test call (api-gateway.md T4 to T6)."""

import time
from collections.abc import Callable, Iterable

_SHOWN = 1_000
TRUNCATED = " [TRUNCATED]"


class ExecutionLog:
    """Collects lines; all but the first begin with the time, which `now` gives in seconds."""

    def __init__(self, request_id: str, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lines = [f"Execution log for request {request_id}"]
        self.add(f"Starting execution for request: {request_id}")

    def add(self, text: str, value: str = "") -> None:
        """Add a line; a long value is cut."""
        when = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(self._now()))
        shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}{TRUNCATED}"
        self._lines.append(f"{when} : {text}{shown}")

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)


def as_map(pairs: Iterable[tuple[str, str]]) -> str:
    """Print pairs as the log does: `{a=b, c=d}` (T5)."""
    return f"{{{', '.join(f'{name}={value}' for name, value in pairs)}}}"
