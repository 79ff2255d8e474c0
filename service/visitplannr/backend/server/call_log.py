"""The calls of functions, until `up` has asked for them."""

from collections import deque
from collections.abc import Sequence
from itertools import islice
from urllib.parse import parse_qs
from uuid import uuid4

from visitplannr.backend.server.json_answer import send_json
from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.model.aws_call import CALLS_PATH, AwsCall

MOST = 20_000


class CallLog:
    """Keeps the last `most` calls; whoever asks says from which place on, so none steals another's.

    A place is one of this very process: asked for another's, all are given.
    """

    def __init__(self, most: int = MOST) -> None:
        self._name = uuid4().hex
        self._calls: deque[AwsCall] = deque(maxlen=most)
        self._added = 0

    def add(self, call: AwsCall) -> None:
        """Keep a call that is answered now."""
        self._calls.append(call)
        self._added += 1

    def since(self, place: str) -> tuple[str, Sequence[AwsCall]]:
        """Give the calls after a place, and the place after them."""
        name, _, number = place.partition(":")
        known = int(number) if name == self._name and number.isdecimal() else 0
        missing = max(0, min(len(self._calls), self._added - known))
        latest = islice(reversed(self._calls), missing)
        return f"{self._name}:{self._added}", list(latest)[::-1]


def calls_api(log: CallLog, app: App) -> App:
    """Answer at CALLS_PATH with `{"place", "calls"}`; leave the rest to `app`."""

    async def answering(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != CALLS_PATH:
            await app(scope, receive, send)
            return
        wanted = parse_qs(scope["query_string"].decode("latin-1"))
        place, calls = log.since(wanted.get("after", [""])[-1])
        await send_json(send, 200, {"place": place, "calls": [call.to_json() for call in calls]})

    return answering
