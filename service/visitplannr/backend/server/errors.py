"""The error in an answer of AWS's: its code and message, in whatever protocol it is."""

import json
import re
from collections.abc import Mapping

_CODE = re.compile(rb"<Code>([^<]+)</Code>")
_MESSAGE = re.compile(rb"<Message>([^<]*)</Message>")
MOST_BYTES = 64 * 1024


def error_of(status: int, headers: Mapping[bytes, bytes], body: bytes) -> str | None:
    """Give `Code: message`, or the code alone; None if the answer is no error.

    Headers have names in lower case.
    """
    if status < 400:
        return None
    code, message = _in_xml(body) if body.lstrip().startswith(b"<") else _in_json(body)
    code = headers.get(b"x-amzn-errortype", b"").decode("latin-1") or code or str(status)
    code = code.partition(":")[0].rpartition("#")[2]
    return f"{code}: {message}" if message else code


def _in_xml(body: bytes) -> tuple[str, str]:
    code, message = _CODE.search(body), _MESSAGE.search(body)
    return (
        code[1].decode(errors="replace") if code else "",
        message[1].decode(errors="replace") if message else "",
    )


def _in_json(body: bytes) -> tuple[str, str]:
    try:
        found = json.loads(body)
    except ValueError:
        return "", ""
    if not isinstance(found, dict):
        return "", ""
    code = found.get("__type") or found.get("code") or found.get("Code") or ""
    return str(code), str(found.get("message") or found.get("Message") or "")
