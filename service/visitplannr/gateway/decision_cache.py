"""Remembers what an authorizer decided, by identity, for its time to live."""

from collections.abc import Callable
from typing import Generic, TypeVar

D = TypeVar("D")


class DecisionCache(Generic[D]):
    """Keeps decisions by authorizer and identity; `now` gives seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._decisions: dict[tuple[str, tuple[str, ...]], tuple[float, D]] = {}

    def get(self, authorizer: str, who: tuple[str, ...]) -> D | None:
        """Give the decision about an identity, unless it has expired."""
        found = self._decisions.get((authorizer, who))
        return found[1] if found and found[0] > self._now() else None

    def put(self, authorizer: str, who: tuple[str, ...], decision: D, ttl_seconds: int) -> None:
        """Keep a decision; what has expired is forgotten on the way."""
        now = self._now()
        self._decisions = {key: kept for key, kept in self._decisions.items() if kept[0] > now}
        if ttl_seconds and who:
            self._decisions[authorizer, who] = now + ttl_seconds, decision
