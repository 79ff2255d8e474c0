"""What the backend warns of is said in the terminal of `up`, too: nothing that fails is silent."""

import logging
import queue
from collections.abc import Callable
from logging.handlers import QueueHandler, QueueListener

_OURS = "visitplannr.backend.server"
_KEPT = 1_000

Tell = Callable[[str], None]


def tell_warnings(tell: Tell) -> QueueListener:
    """Tell of each warning of our own code, from a thread, so that nobody waits.

    Gives what is stopped in the end.
    """
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    handler = QueueHandler(waiting)
    handler.setLevel(logging.WARNING)
    logging.getLogger(_OURS).addHandler(handler)
    listener = QueueListener(waiting, _Telling(tell))
    listener.start()
    return listener


class _Telling(logging.Handler):
    """Tells a line once: what goes wrong at each poll would be told five times a second."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._told: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        first, *traceback = record.getMessage().splitlines()
        line = f"{first}: {traceback[-1]}" if traceback else first
        if line in self._told:
            return
        self._told[line] = None
        if len(self._told) > _KEPT:
            del self._told[next(iter(self._told))]
        self._tell(line)
