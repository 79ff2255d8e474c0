"""Which invocation has made which calls of AWS's API.

A call has the trace header that its function was given, whose Parent is the invocation's own. One
without it, or with one of the function's making, belongs to what ran then in the environment that
has its credentials: an environment runs one invocation at a time.
"""

import bisect
import json
from collections import deque

from visitplannr.model.aws_call import AwsCall
from visitplannr.model.invocation import Begun
from visitplannr.model.trace import parent_of

MOST = 1_000
"""So many calls are kept with one invocation: its first."""
_TEMPORARY = "ASIA"
"""How keys begin that an environment has of its own; others are shared."""


class Calls:
    """Keeps the calls of the latest `limit` invocations, by their numbers."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._began: dict[int, float] = {}
        self._by_parent: dict[str, int] = {}
        self._by_key: dict[str, deque[tuple[float, int]]] = {}
        self._of: dict[int, list[AwsCall]] = {}

    def begin(self, number: int, begun: Begun) -> None:
        """Expect calls of an invocation; those of the oldest are expected no more."""
        self._began[number] = begun.time
        if parent := parent_of(begun.trace_id):
            self._by_parent[parent] = number
        if begun.access_key.startswith(_TEMPORARY):
            known = self._by_key.setdefault(begun.access_key, deque(maxlen=self._limit))
            known.append((begun.time, number))
        if len(self._began) > 2 * self._limit:
            self._forget_oldest()

    def add(self, call: AwsCall) -> int | None:
        """Keep a call; give the number of its invocation, None if it is that of none."""
        number = self._by_parent.get(parent_of(call.trace) or "")
        number = self._running(call) if number is None else number
        if number is None:
            return None
        made = self._of.setdefault(number, [])
        if len(made) < MOST:
            bisect.insort(made, call, key=lambda one: one.began)
        return number

    def shown(self, number: int) -> str:
        """Give an invocation's calls in the order in which they began, as JSON."""
        made = self._of.get(number)
        if not made:
            return "[]"
        began = self._began[number]
        return json.dumps([call.shown(began) for call in made])

    def _running(self, call: AwsCall) -> int | None:
        """Find what ran in the environment that has a call's credentials when it was made."""
        for time, number in reversed(self._by_key.get(call.access_key, ())):
            if time <= call.began:
                return number
        return None

    def _forget_oldest(self) -> None:
        kept = set(sorted(self._began)[-self._limit :])
        self._began = {number: time for number, time in self._began.items() if number in kept}
        self._of = {number: made for number, made in self._of.items() if number in kept}
        self._by_parent = {key: one for key, one in self._by_parent.items() if one in kept}
        left = {
            key: deque((one for one in known if one[1] in kept), self._limit)
            for key, known in self._by_key.items()
        }
        self._by_key = {key: known for key, known in left.items() if known}
