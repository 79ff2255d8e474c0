"""How long a batch is gathered: until it is full, or its batching window is over."""

from collections.abc import Callable

from visitplannr.backend.server.mappings.mapping import EventSourceMapping


class Gathering:
    """Times the batch that is being gathered; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since: float | None = None

    def is_complete(self, count: int, mapping: EventSourceMapping) -> bool:
        """Say whether so many records are a batch already; the first that are there begin it."""
        if self._since is None:
            self._since = self._clock()
        return count >= mapping.batch_size or self._clock() - self._since >= mapping.window

    def end(self) -> None:
        """Let the next records begin a batch."""
        self._since = None
