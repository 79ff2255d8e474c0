"""The waits of what is tried again; a test that begins anew lets all of it be abandoned."""

from visitplannr.backend.server.clock import Clock
from visitplannr.backend.server.deliveries import AbandonedError


class Retries:
    """Waits by the clock, as long as nobody has called `abandon` since."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._abandoned = 0

    def __call__(self) -> float:
        return self.clock()

    def abandon(self) -> None:
        """Let nothing be tried again that waits now."""
        self._abandoned += 1

    def sleep(self, seconds: float) -> None:
        """Wait in a thread.

        Raises:
            AbandonedError: nobody waits for it any more.
        """
        abandoned = self._abandoned
        self.clock.sleep(seconds)
        if self._abandoned != abandoned:
            raise AbandonedError
