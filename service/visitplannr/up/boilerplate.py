"""What AWS's libraries write into a function's log that tells its developer nothing.

It stays in the log; the terminal leaves it out.
"""

import re

_TEXTS = (
    r"LAMBDA_WARNING: Unhandled exception\."
    r"|Found credentials in environment variables\."
    r"|Found endpoint for \S+ via: environment_(?:global|service)\."
)
_AS_TEXT = re.compile(rf"\[(?:INFO|WARNING)\]\t[^\t]*\t[^\t]*\t(?:{_TEXTS})")
_AS_JSON = re.compile(rf'\{{.*"message": ?"(?:{_TEXTS})')
_ERROR = re.compile(r'\[(?:ERROR|CRITICAL)\]|\{.*"level": ?"(?:ERROR|CRITICAL|FATAL)"')


def is_boilerplate(message: str) -> bool:
    """Say whether a log event is of a library's about itself."""
    return bool(_AS_TEXT.match(message) or _AS_JSON.match(message))


def is_error(message: str) -> bool:
    """Say whether a log event is an error by its level."""
    return _ERROR.match(message) is not None
