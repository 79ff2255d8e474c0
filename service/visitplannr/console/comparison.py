"""Two results side by side."""

import difflib
import json
from collections.abc import Iterator

from visitplannr.console.sources import Invocation
from visitplannr.model.payload import readable
from visitplannr.model.secrets import Secrets

_CONTEXT = 3
_MOST_LINES = 2_000

Row = dict[str, str | None]


def compare(before: Invocation, after: Invocation, secrets: Secrets | None = None) -> list[Row]:
    """Pair the lines of two results; `tag` is "equal", "replace", "delete" or "insert".

    Where many lines are equal, or there are too many to compare, "skip" says how many. What
    differs in `secrets` only is the same.
    """
    left, right = _lines(before, secrets), _lines(after, secrets)
    rows = list(_rows(left[:_MOST_LINES], right[:_MOST_LINES]))
    more = [max(0, len(lines) - _MOST_LINES) for lines in (left, right)]
    return [*rows, _skipped("not compared", *more)] if any(more) else rows


def _rows(left: list[str], right: list[str]) -> Iterator[Row]:
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right).get_opcodes():
        length = max(b - a, d - c)
        folded = range(_CONTEXT, length - _CONTEXT) if tag == "equal" else range(0)
        for n in range(length):
            if len(folded) <= 1 or n not in folded:
                yield {
                    "tag": tag,
                    "left": left[a + n] if a + n < b else None,
                    "right": right[c + n] if c + n < d else None,
                }
            elif n == folded.start:
                yield _skipped("the same", len(folded), len(folded))


def _skipped(why: str, left: int, right: int) -> Row:
    return {"tag": "skip", "left": f"… {left} lines {why}", "right": f"… {right} lines {why}"}


def _lines(invocation: Invocation, secrets: Secrets | None) -> list[str]:
    """Show a result as indented JSON; so a proxy response's body, and a stack trace by lines."""
    found = readable(invocation.result)
    found = secrets.value(found) if secrets else found
    if isinstance(found, dict) and isinstance(found.get("stackTrace"), list):
        lines = [line for frame in found["stackTrace"] for line in str(frame).splitlines()]
        found = {**found, "stackTrace": lines}
    if isinstance(found, dict) and isinstance(found.get("body"), str):
        found = {**found, "body": readable(found["body"].encode(errors="replace"))}
    text = found if isinstance(found, str) else json.dumps(found, indent=2, ensure_ascii=False)
    return text.splitlines()
