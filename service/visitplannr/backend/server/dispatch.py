"""The last step: Lambda's Invoke APIs go to `up`, DynamoDB to our engine, the rest to MiniStack."""

import re
from contextvars import ContextVar

from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.backend.server.tables import is_for_tables

INVOKE_PATH = re.compile(
    r"/2015-03-31/functions/[^/]+/invocations/?"
    r"|/2021-11-15/functions/[^/]+/response-streaming-invocations/?"
    r"|/2014-11-13/functions/[^/]+/invoke-async/?"
)
_TRACE = b"x-amzn-trace-id"

trace_id: ContextVar[str | None] = ContextVar("trace_id", default=None)
"""The X-Amzn-Trace-Id of the request that is served, for what it triggers."""


def dispatch(invoke: App, tables: App, others: App) -> App:
    """Tell the Invoke APIs and DynamoDB from the rest."""

    async def dispatched(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await others(scope, receive, send)
        elif is_for_tables(scope):
            await tables(scope, receive, send)
        elif scope["method"] == "POST" and INVOKE_PATH.fullmatch(scope["path"]):
            await invoke(scope, receive, send)
        else:
            _note_trace(scope)
            await others(scope, receive, send)

    return dispatched


def _note_trace(scope: Message) -> None:
    for name, value in scope["headers"]:
        if name == _TRACE:
            trace_id.set(value.decode("latin-1"))
            return
