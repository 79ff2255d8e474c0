"""Addresses that the stack hands out: local ones, in the place of AWS's.

`localised` is pure: whoever shows a text of the backend's to people or functions may call it. The
backend's own process asks `up` for them, as JSON at ADDRESSES_PATH, and leaves answers to requests
with AS_KEPT_HEADER as they are.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from visitplannr.model.application import Application, FunctionUrl, WebSocketApi

ADDRESSES_PATH = "/addresses"
AS_KEPT_HEADER = "X-Visitplannr-As-Kept"

_NEW_LINE_IN_JSON = r"(?<=\\[nrt])"
_BEGIN = rf"(?:(?<![\w.:/@-])|{_NEW_LINE_IN_JSON})(?P<scheme>https?://)?"
_API_HOST = r"\.execute-api(?:\.[\w-]+)+(?::\d+)?"
_END_OF_NAME = r"(?![\w.~%-])"


@dataclass(frozen=True, slots=True)
class Address:
    """What `pattern` finds in a text, scheme or not, is at `url`, which ends without a slash."""

    pattern: re.Pattern[str]
    url: str

    def put_into(self, text: str) -> str:
        """Put the URL in the place of what is found; a bare host stays without a scheme."""
        return self.pattern.sub(self._written, text)

    def _written(self, found: re.Match[str]) -> str:
        return self.url if found["scheme"] else self.url.partition("://")[2]


def addresses_of(application: Application, base: str) -> tuple[Address, ...]:
    """List the local addresses of an application's APIs and function URLs, served at `base`."""
    return tuple(_addresses(application, base))


def localised(text: str, addresses: tuple[Address, ...]) -> str:
    """Put local addresses in the place of a stack's own, wherever in a text they stand.

    The stage goes with the host of its API: routes are served without it.
    """
    for address in addresses:
        text = address.put_into(text)
    return text


def to_json(addresses: tuple[Address, ...]) -> bytes:
    """Write addresses for another process."""
    return json.dumps([[one.pattern.pattern, one.url] for one in addresses]).encode()


def from_json(text: bytes) -> tuple[Address, ...]:
    """Read what `to_json` has written."""
    return tuple(Address(re.compile(pattern), url) for pattern, url in json.loads(text))


def with_local_addresses(application: Application, base: str) -> Application:
    """Let functions' environment variables and the stack's outputs have local addresses."""
    addresses = addresses_of(application, base)
    return replace(
        application,
        functions=tuple(
            replace(function, environment=_localised(function.environment, addresses))
            for function in application.functions
        ),
        outputs=_localised(application.outputs, addresses),
    )


def _localised(texts: Mapping[str, str], addresses: tuple[Address, ...]) -> dict[str, str]:
    return {name: localised(text, addresses) for name, text in texts.items()}


def _addresses(application: Application, base: str) -> Iterator[Address]:
    for api in application.apis:
        if isinstance(api, WebSocketApi):
            yield from _of_connections(api, base)
        elif not isinstance(api, FunctionUrl):
            stage = rf"(?:/{re.escape(api.stage)}{_END_OF_NAME})?"
            yield Address(re.compile(f"{_BEGIN}{re.escape(api.api_id)}{_API_HOST}{stage}"), base)
        elif host := urlsplit(api.address).netloc:
            pattern = f"{_BEGIN}{re.escape(host)}{_END_OF_NAME}"
            yield Address(re.compile(pattern), base + api.prefix)


def _of_connections(api: WebSocketApi, base: str) -> Iterator[Address]:
    """List where clients connect, and where the backend asks for connections."""
    at = f"{re.escape(api.api_id)}{_API_HOST}(?:/{re.escape(api.stage)}{_END_OF_NAME})?"
    here = base.replace("http", "ws", 1) + api.prefix
    yield Address(re.compile(rf"(?<![\w.-])(?P<scheme>wss?://){at}"), here)
    yield Address(re.compile(f"{_BEGIN}{at}"), base + api.prefix)
