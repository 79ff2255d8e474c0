"""REST: the operation of a request by method, path, query and headers, and its parameters.

Of several operations on one path (S3 has dozens) the one is meant whose required parameters are
all there, and of those the one that requires most.
"""

import functools
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from botocore.model import OperationModel, ServiceModel

from visitplannr.backend.server.wire import WireRequest

_LABEL = re.compile(r"\{(?P<name>\w+)(?P<greedy>\+?)\}")
_DELETED = re.compile(r"<Object>.*?</Object>", re.DOTALL)
_TAG = re.compile(r"<(?P<name>Key|VersionId)>(?P<text>.*?)</", re.DOTALL)
_HOST_OF_BUCKET = re.compile(r"(?P<bucket>.+?)\.(?:s3[.-].+|localhost)")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation as a request shows it.

    `letters` counts those of its path that are no label. Keys of `query` with a value need that
    value; `labels` (of the path), `in_query`, `in_headers` and `in_body` tell the boto3 name of
    each parameter there.
    """

    operation: str
    current: bool
    path: re.Pattern[str]
    letters: int
    query: Mapping[str, str]
    required_query: frozenset[str]
    required_headers: frozenset[str]
    labels: Mapping[str, str]
    in_query: Mapping[str, str]
    in_headers: Mapping[str, str]
    in_body: Mapping[str, str]

    @property
    def demands(self) -> tuple[int, int, bool]:
        """Say how much of a request it needs: query and headers, then letters of the path.

        Of two alike the one that is not deprecated is meant.
        """
        needed = len(self.query) + len(self.required_query) + len(self.required_headers)
        return needed, self.letters, self.current

    def takes(self, query: Mapping[str, Sequence[str]], headers: Mapping[str, str]) -> bool:
        """Say whether a request on its path has all that it needs."""
        literals = all(
            name in query and value in {"", query[name][-1]} for name, value in self.query.items()
        )
        return (
            literals
            and self.required_query <= query.keys()
            and (self.required_headers <= headers.keys())
        )


def rest_call(request: WireRequest, model: ServiceModel) -> tuple[str, Mapping[str, Any]] | None:
    """Give operation and parameters of a request to a service; None if no operation is like it."""
    query = parse_qs(request.query, keep_blank_values=True)
    path = _bucket_path(request) if model.service_name == "s3" else request.path
    for route in _routes(model).get(request.method, ()):
        match = route.path.fullmatch(path)
        if match and route.takes(query, request.headers):
            labels = {route.labels[key]: unquote(text) for key, text in match.groupdict().items()}
            return route.operation, {
                **_body(route, request),
                **_named(route, query, request.headers),
                **labels,
            }
    return None


def _named(
    route: Route, query: Mapping[str, Sequence[str]], headers: Mapping[str, str]
) -> Mapping[str, str]:
    """Give the parameters in query and headers, by boto3's names."""
    found = {name: query[key][-1] for key, name in route.in_query.items() if key in query}
    found.update((name, headers[key]) for key, name in route.in_headers.items() if key in headers)
    return found


def _bucket_path(request: WireRequest) -> str:
    """Put the bucket into the path if it is in the Host; a bucket alone has no slash behind it."""
    host = request.headers.get("host", "").partition(":")[0]
    match = _HOST_OF_BUCKET.fullmatch(host)
    path = request.path
    if match and match["bucket"] != "s3":
        path = f"/{match['bucket']}{path}"
    return path.rstrip("/") if path.count("/") == 2 and path.endswith("/") else path


def _body(route: Route, request: WireRequest) -> Mapping[str, Any]:
    """Read the parameters in a JSON body, or the objects that S3 is to delete.

    A body that is one parameter as a whole, as an event for a function, is left out.
    """
    if route.operation == "DeleteObjects":
        objects = _DELETED.findall(request.body.decode("utf-8", "replace"))
        return {"Delete": {"Objects": [dict(_tags(text)) for text in objects]}}
    try:
        found = json.loads(request.body or b"{}") if route.in_body else {}
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {route.in_body[key]: value for key, value in found.items() if key in route.in_body}


def _tags(text: str) -> Iterator[tuple[str, str]]:
    for match in _TAG.finditer(text):
        yield match["name"], html.unescape(match["text"])


@functools.cache
def _routes(model: ServiceModel) -> Mapping[str, Sequence[Route]]:
    """Give a service's routes by method, the most demanding first."""
    found: dict[str, list[Route]] = {}
    for name in model.operation_names:
        operation = model.operation_model(name)
        found.setdefault(operation.http["method"], []).append(_route(operation))
    return {
        method: sorted(routes, key=lambda route: route.demands, reverse=True)
        for method, routes in found.items()
    }


def _route(operation: OperationModel) -> Route:
    path, _, literals = operation.http["requestUri"].partition("?")
    required = set(operation.input_shape.required_members if operation.input_shape else ())
    query = _places(operation, "querystring")
    headers = {key.lower(): name for key, name in _places(operation, "header").items()}
    wanted = parse_qs(literals, keep_blank_values=True)
    return Route(
        operation=operation.name,
        current=not operation.deprecated,
        path=re.compile(_expression(path), re.DOTALL),
        letters=len(_LABEL.sub("", path)),
        query={key: values[-1] for key, values in wanted.items()},
        required_query=frozenset(key for key, name in query.items() if name in required),
        required_headers=frozenset(key for key, name in headers.items() if name in required),
        labels=_places(operation, "uri"),
        in_query=query,
        in_headers=headers,
        in_body={} if _has_payload(operation) else _places(operation, None),
    )


def _has_payload(operation: OperationModel) -> bool:
    return bool(operation.input_shape and operation.input_shape.serialization.get("payload"))


def _places(operation: OperationModel, location: str | None) -> Mapping[str, str]:
    """Give the parameters that stand in query, headers or body: their name there → boto3's."""
    members = operation.input_shape.members if operation.input_shape else {}
    return {
        shape.serialization.get("name", name): name
        for name, shape in members.items()
        if shape.serialization.get("location") == location
    }


def _expression(path: str) -> str:
    """Turn a path with labels into an expression."""
    parts, end = [], 0
    for match in _LABEL.finditer(path):
        parts.append(re.escape(path[end : match.start()]))
        parts.append(f"(?P<{match['name']}>{'.+' if match['greedy'] else '[^/]+'})")
        end = match.end()
    return "".join([*parts, re.escape(path[end:])])
