"""What a header may be on the wire (RFC 9110, 5.1 and 5.5)."""

import re

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def is_name(text: str) -> bool:
    """Say whether a text can be the name of a header."""
    return _NAME.fullmatch(text) is not None


def has_controls(value: str) -> bool:
    """Say whether a value has characters that would end or break the header."""
    return _CONTROL.search(value) is not None


def without_controls(value: str) -> str:
    """Put spaces in the place of such characters."""
    return _CONTROL.sub(" ", value)
