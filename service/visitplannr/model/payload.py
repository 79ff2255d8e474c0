"""An invocation's event or result as it is shown."""

import json
import re
from typing import Any, Never

_HALF_A_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")


def readable(payload: bytes) -> Any:
    """Give JSON as what it says; what is none, or cannot be sent on as JSON, as text."""
    try:
        found = json.loads(payload, parse_constant=_refuse)
        if _HALF_A_PAIR.search(payload):
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return payload.decode("utf-8", errors="replace")
    return found


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is no JSON")
