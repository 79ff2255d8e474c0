"""A sample body for a route, made of its model."""

from collections.abc import Mapping
from typing import Any

from visitplannr.model.routes import Route

_DEEPEST = 6
_BY_TYPE: Mapping[str, Any] = {
    "string": "text",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "null": None,
}


def sample_of(route: Route, document: Mapping[str, Any]) -> Any:
    """Give a body that fits the route's model, or None without one."""
    for parameter in route.operation.get("parameters") or []:
        if parameter.get("in") == "body":
            return _sample(parameter.get("schema") or {}, document)
    content = (route.operation.get("requestBody") or {}).get("content") or {}
    media = content.get("application/json")
    return _sample(media.get("schema") or {}, document) if media else None


def _sample(schema: Mapping[str, Any], document: Mapping[str, Any], depth: int = 0) -> Any:
    if depth > _DEEPEST:
        return None
    if "$ref" in schema:
        schema = _target(schema["$ref"], document)
    if given := [*_given(schema), *schema.get("enum", ())]:
        return given[0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return _sample(schema[key][0], document, depth + 1)
    return _typed(schema, document, depth)


def _given(schema: Mapping[str, Any]) -> list[Any]:
    return [schema[key] for key in ("example", "default", "const") if key in schema]


def _typed(schema: Mapping[str, Any], document: Mapping[str, Any], depth: int) -> Any:
    kind = schema.get("type", "object" if "properties" in schema else "")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        members = schema.get("properties") or {}
        return {name: _sample(member, document, depth + 1) for name, member in members.items()}
    if kind == "array":
        return [_sample(schema.get("items") or {}, document, depth + 1)]
    return schema["minimum"] if "minimum" in schema else _BY_TYPE.get(kind)


def _target(reference: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference within the document; API Gateway's may name models by URL."""
    parts = reference.partition("#/")[2].split("/") if "#/" in reference else []
    found: Any = document
    for part in parts or ["definitions", reference.rpartition("/")[2]]:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
