"""What a failing test's report says of the functions that it has caused to run."""

from collections.abc import Iterator, Sequence

from visitplannr.testing.records import Call, Invocation

_MOST = 20


def sections(invocations: Sequence[Invocation]) -> Iterator[tuple[str, str]]:
    """Yield titles and texts: what was invoked, then the logs of the functions."""
    if not invocations:
        return
    shown = invocations[-_MOST:]
    lines = [line for one in shown for line in _lines(one)]
    if len(shown) < len(invocations):
        lines.insert(0, f"... {len(invocations) - len(shown)} more before these")
    yield "invocations", "\n".join(lines)
    for function in dict.fromkeys(one.function for one in shown):
        logs = [one.log for one in shown if one.function == function and one.log]
        errors = [one.error for one in shown if one.function == function and one.error]
        yield f"log of {function}", "\n".join((*logs, *errors))


def _lines(one: Invocation) -> Iterator[str]:
    error = f"  {one.error}" if one.error else ""
    yield f"#{one.number}  {one.function}  {one.trigger}  {one.status}{error}"
    yield from (f"    {_call(call)}" for call in one.calls)


def _call(call: Call) -> str:
    parts = (call.service, call.operation, call.resource, call.status, call.error, call.decision)
    return "  ".join(str(part) for part in parts if part is not None)
