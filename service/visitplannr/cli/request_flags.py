"""The flags that describe a request: its headers and body, as curl's."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

if TYPE_CHECKING:
    from visitplannr.gateway.request import Request

_KEPT = "/%:@!$&'()*+,;=~-._"

Headers = Annotated[
    list[str] | None,
    typer.Option("--header", "-H", metavar="NAME: VALUE", help="A header; may be repeated."),
]
Data = Annotated[
    str | None, typer.Option("--data", "-d", help="The body; @FILE reads a file, @- a pipe.")
]


def read_headers(given: Sequence[str] | None) -> dict[str, str]:
    """Read headers of the form NAME: VALUE.

    Raises:
        BadParameter: one has another form.
    """
    headers = {}
    for header in given or ():
        name, colon, value = header.partition(":")
        if not colon or not name.strip():
            raise typer.BadParameter(f"{header!r} is no NAME: VALUE", param_hint="--header")
        headers[name.strip()] = value.strip()
    return headers


def read_body(given: str | None) -> str | None:
    """Read a body: text, @FILE, or @- for a pipe.

    Raises:
        BadParameter: the file cannot be read.
    """
    if given is None or not given.startswith("@"):
        return given
    if given == "@-":
        return sys.stdin.read()
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{given[1:]} cannot be read: {error}", param_hint="-d") from error


def request_of(
    method: str, target: str, headers: dict[str, str], body: str | None, url: str
) -> "Request":
    """Make the request that curl would send to the gateway at `url` (http://HOST:PORT)."""
    from visitplannr.gateway.request import Request

    path, _, query = target.partition("?")
    host = url.partition("://")[2]
    content_type = {} if body is None else {"Content-Type": "application/json"}
    sent = {"Host": host, "User-Agent": "curl/8", "Accept": "*/*", **content_type, **headers}
    return Request(
        method=method,
        path=quote("/" + path.lstrip("/"), safe=_KEPT),
        query=query,
        headers=tuple(sent.items()),
        body=(body or "").encode(),
        source_ip="127.0.0.1",
        scheme="http",
        port=int(host.rpartition(":")[2]),
    )
