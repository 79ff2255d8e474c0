"""Trace headers (X-Amzn-Trace-Id): which chain of calls something belongs to, and whose it is.

`Root` names the chain, `Parent` who called: each invocation gets one of its own, as Lambda gives
it a segment (lambda-runtime.md L61).
"""

import re
import secrets
import time

_ROOT = re.compile(r"(?:^|;)\s*Root=([^;\s]+)")
_PARENT = re.compile(r"(?:^|;)\s*Parent=([0-9a-fA-F]{16})")
_SAMPLED = re.compile(r"(?:^|;)\s*Sampled=([^;\s]+)")
_LINEAGE = re.compile(r"(?:^|;)\s*Lineage=([^;\s]+)")


def root_of(header: str | None) -> str | None:
    """Give the part of a header that all of a chain have: `Root=1-…`; None if it has none."""
    found = _ROOT.search(header or "")
    return f"Root={found[1]}" if found else None


def parent_of(header: str | None) -> str | None:
    """Give the 16 hexadecimal digits of who calls."""
    found = _PARENT.search(header or "")
    return found[1] if found else None


def invocation_trace(caller: str | None) -> str:
    """Make the header of an invocation: its caller's root, or a new one, and a Parent of its own.

    Who does not say whether it is sampled is not (lambda-runtime.md L47).
    """
    given = caller or ""
    root, sampled, lineage = _ROOT.search(given), _SAMPLED.search(given), _LINEAGE.search(given)
    name = root[1] if root else f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return (
        f"Root={name};Parent={secrets.token_hex(8)};Sampled={sampled[1] if sampled else 0}"
        f"{f';Lineage={lineage[1]}' if lineage else ''}"
    )
