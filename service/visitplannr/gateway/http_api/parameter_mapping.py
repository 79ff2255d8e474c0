"""Parameter mappings of HTTP APIs: selection expressions, and what they change (H70 to H75).

A value is `$request.header.x` as a whole, or text with `${request.header.x}` in it. A change is
`append:`, `overwrite:` or `remove:` of a header or a query parameter, `overwrite:path`, and for
answers `overwrite:statuscode`.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from visitplannr.gateway.json_path import JsonPathError, json_path
from visitplannr.gateway.request import Headers, Request, Response

Select = Callable[[str], str | None]
"""Gives the value of a selector such as `request.header.x`; None where there is none."""
_WHOLE = re.compile(r"\$(?!\{)(?:request|response|context|stageVariables)\.?[^\s${}]*")
_PART = re.compile(r"\$\{([^}]*)\}")
_CHANGE = re.compile(
    r"(?P<how>append|overwrite|remove):"
    r"(?P<what>header\.(?P<header>.+)|querystring\.(?P<query>.+)|path|statuscode)"
)


_RESERVED_STARTS = ("access-control-", "apigw-", "x-amz-", "x-amzn-")
_RESERVED = frozenset(
    {
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-location",
        "forwarded",
        "keep-alive",
        "origin",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailers",
        "transfer-encoding",
        "upgrade",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `what` is "header", "querystring", "path" or "statuscode"."""

    how: str
    what: str
    name: str
    value: str


def reserved_header(target: str) -> str | None:
    """Give the header that a mapping changes although it is reserved ("Reserved headers")."""
    change = _target(target)
    if change is None or change.what != "header":
        return None
    name = change.name.lower()
    return change.name if name in _RESERVED or name.startswith(_RESERVED_STARTS) else None


def value_of(expression: Any, select: Select) -> str | None:
    """Evaluate a mapping's value; None if it is a selector that finds nothing."""
    if not isinstance(expression, str):
        return None if expression is None else json.dumps(expression)
    if _WHOLE.fullmatch(expression):
        return select(expression[1:])
    return _PART.sub(lambda found: select(found[1]) or "", expression)


def changes_of(parameters: Mapping[str, Any], select: Select) -> list[Change]:
    """Evaluate mappings; a value that finds nothing changes nothing, and neither does no target."""
    found = []
    for target, expression in parameters.items():
        match, value = _target(str(target)), value_of(expression, select)
        if match is not None and (value is not None or match.how == "remove"):
            found.append(replace(match, value=value or ""))
    return found


@lru_cache(maxsize=1024)
def _target(text: str) -> Change | None:
    match = _CHANGE.fullmatch(text)
    if match is None:
        return None
    what = str(match["what"]).partition(".")[0]
    return Change(match["how"], what, match["header"] or match["query"] or "", "")


def changed_request(request: Request, changes: Iterable[Change]) -> Request:
    """Change a request's headers, query and path."""
    headers, path = request.headers, request.path
    query: Headers | None = None
    for change in changes:
        if change.what == "header":
            headers = _changed(headers, change, str.lower)
        elif change.what == "querystring":
            sent = tuple(parse_qsl(request.query, keep_blank_values=True))
            query = _changed(sent if query is None else query, change, str)
        elif change.what == "path":
            path = quote(f"/{change.value.removeprefix('/')}", safe="/%:@!$&'()*+,;=~-._")
    written = request.query if query is None else urlencode(query)
    return replace(request, headers=headers, path=path, query=written)


def changed_response(response: Response, changes: Iterable[Change]) -> Response:
    """Change an answer's headers and status."""
    headers, status = response.headers, response.status
    for change in changes:
        if change.what == "header":
            headers = _changed(headers, change, str.lower)
        elif change.what == "statuscode" and change.value.isdecimal():
            status = int(change.value) if 100 <= int(change.value) < 600 else status
    return replace(response, headers=headers, status=status)


def _changed(pairs: Headers, change: Change, key: Callable[[str], str]) -> Headers:
    if change.how == "append":
        return (*pairs, (change.name, change.value))
    kept = tuple(pair for pair in pairs if key(pair[0]) != key(change.name))
    return kept if change.how == "remove" else (*kept, (change.name, change.value))


def at_path(text: str, path: str) -> str | None:
    """Give what is at a path in JSON, such as `.a.b[0]`: JSON again, unless it is text."""
    try:
        found = json_path(f"${path}").find(json.loads(text))
    except (JsonPathError, ValueError, RecursionError):
        return None
    if found is None or isinstance(found, str):
        return found
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False)
