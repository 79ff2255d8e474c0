"""Text of functions and templates as a terminal may have it: control characters are shown.

Obeyed, they could clear the screen, fill the clipboard (OSC 52) or make a line look like another.
"""

import re

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_LINE_END = re.compile("\r+\n|\r")


def visible(text: str) -> str:
    r"""Write what a terminal would obey as `\x1b` or `\u202e`; tabs and newlines stay."""
    if text.isprintable():
        return text
    return _CONTROL.sub(_written, _LINE_END.sub("\n", text))


def _written(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
