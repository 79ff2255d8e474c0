"""Two results side by side."""

import difflib
import json
from collections.abc import Iterator

from service.console.record import Record, readable


def compare(before: Record, after: Record) -> list[dict[str, str | None]]:
    """Pair the lines of two results; `tag` is "equal", "replace", "delete" or "insert"."""
    return list(_rows(_lines(before), _lines(after)))


def _rows(left: list[str], right: list[str]) -> Iterator[dict[str, str | None]]:
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for n in range(max(b - a, d - c)):
            yield {
                "tag": tag,
                "left": left[a + n] if a + n < b else None,
                "right": right[c + n] if c + n < d else None,
            }


def _lines(record: Record) -> list[str]:
    """Show a result as indented JSON; a proxy response's body, too, where it is JSON."""
    found = readable(record.result)
    if isinstance(found, dict) and isinstance(found.get("body"), str):
        found = {**found, "body": readable(found["body"].encode())}
    text = found if isinstance(found, str) else json.dumps(found, indent=2, ensure_ascii=False)
    return text.splitlines()
