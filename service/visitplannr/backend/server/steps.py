"""What every request to the backend passes, in this order; each step is an ASGI application.

guard ▸ record ▸ authorise ▸ dispatch: a step wraps what comes after it, so the order is that of the
list given to `chain`.
"""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Step = Callable[[App], App]


def chain(steps: Sequence[Step], last: App) -> App:
    """Let a request pass the steps, the first one first, and end at `last`."""
    app = last
    for step in reversed(steps):
        app = step(app)
    return app
