"""An invocation's event or result as it is shown."""

import json
import re
from typing import Any, Never

# A frame of Python's, or of Node.js's in a file and not in Node.js itself.
_PLACE = re.compile(r'File "([^"]+)", line (\d+)|[( ](?:file://)?(/[^():]+):(\d+):\d+')
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


def error_of(payload: bytes) -> tuple[str, str]:
    """Read the type of a function's error, "" if it has none, and its message."""
    found = readable(payload)
    if isinstance(found, dict) and "errorType" in found and "errorMessage" in found:
        return str(found["errorType"]), str(found["errorMessage"])
    return "", payload[:200].decode("utf-8", errors="replace")


def described_error(payload: bytes) -> str:
    """Describe a function's error in one line, with the file and line where it was raised."""
    kind, message = error_of(payload)
    found = readable(payload)
    frames = [*(found.get("stackTrace") or ()), *reversed(found.get("trace") or ())] if kind else ()
    places = [place for frame in frames for place in _PLACE.findall(str(frame))]
    file, line = next((one[:2] if one[0] else one[2:] for one in reversed(places)), ("", ""))
    place = f" ({file.rpartition('/')[2]}:{line})" if file else ""
    return f"{' '.join(f'{kind}: {message}'.split()).removeprefix(': ')}{place}"


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is no JSON")
