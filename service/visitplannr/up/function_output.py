"""Text of functions and templates as a terminal may have it.

Control characters are shown: obeyed, they could clear the screen, fill the clipboard (OSC 52) or
make a line look like another. What AWS's libraries write into a function's log that tells its
developer nothing stays in the log; the terminal leaves it out.
"""

import re

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_LINE_END = re.compile("\r+\n|\r")
_TEXTS = (
    r"LAMBDA_WARNING: Unhandled exception\."
    r"|Found credentials in environment variables\."
    r"|Found endpoint for \S+ via: environment_(?:global|service)\."
)
_AS_TEXT = re.compile(rf"\[(?:INFO|WARNING)\]\t[^\t]*\t[^\t]*\t(?:{_TEXTS})")
_AS_JSON = re.compile(rf'\{{.*"message": ?"(?:{_TEXTS})')
_ERROR = re.compile(r'\[(?:ERROR|CRITICAL)\]|\{.*"level": ?"(?:ERROR|CRITICAL|FATAL)"')


def visible(text: str) -> str:
    r"""Write what a terminal would obey as `\x1b` or `\u202e`; tabs and newlines stay."""
    if text.isprintable():
        return text
    return _CONTROL.sub(_written, _LINE_END.sub("\n", text))


def _written(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def is_boilerplate(message: str) -> bool:
    """Say whether a log event is of a library's about itself."""
    return bool(_AS_TEXT.match(message) or _AS_JSON.match(message))


def is_error(message: str) -> bool:
    """Say whether a log event is an error by its level."""
    return _ERROR.match(message) is not None
