"""Trace headers (X-Amzn-Trace-Id): which chain of calls something belongs to, and whose it is.

`Root` names the chain, `Parent` who called: each invocation gets one of its own, as Lambda gives
it a segment (AWS X-Ray guide, "Tracing header").
"""

import re
import secrets
import time

_ROOT = re.compile(r"(?:^|;)\s*Root=([^;\s]+)")
_PARENT = re.compile(r"(?:^|;)\s*Parent=([0-9a-fA-F]{16})")
_HANDED_ON = re.compile(r"(?:^|;)\s*((?:Sampled|Lineage)=[^;\s]+)")


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
    root = root_of(caller) or f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    kept = _HANDED_ON.findall(caller or "")
    sampled = [part for part in kept if part.startswith("Sampled=")] or ["Sampled=0"]
    lineage = [part for part in kept if part.startswith("Lineage=")]
    return ";".join([root, f"Parent={secrets.token_hex(8)}", sampled[0], *lineage[:1]])
