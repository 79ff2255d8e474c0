"""What APIs that are put together of resources have in common: finding and reading their parts.

The readers make an OpenAPI document of the parts, as API Gateway exports one: so there is one way
to a route, however a template declares it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.model.stack import ResolvedStack

Properties = Mapping[str, Any]
INTEGRATION = "x-amazon-apigateway-integration"
AUTHORIZER = "x-amazon-apigateway-authorizer"
AUTHTYPE = "x-amazon-apigateway-authtype"
SIGV4 = "awsSigv4"


def parts_of(
    stack: ResolvedStack, kind: str, reference: str, api_id: str
) -> Iterator[tuple[str, Properties]]:
    """Yield the logical ids and properties of an API's parts; `reference` names it in them."""
    for logical_id, properties in stack.of_type(kind):
        if properties.get(reference) == api_id:
            yield logical_id, properties


def further_stages(stack: ResolvedStack, kind: str, reference: str, api_id: str) -> tuple[str, ...]:
    """Name an API's stages after the first."""
    parts = parts_of(stack, kind, reference, api_id)
    return tuple(str(stage.get("StageName", "")) for _, stage in parts)[1:]


def mapping(value: Any) -> Properties:
    """Give an object; a reference that nobody knows, or nothing, is an empty one."""
    return value if isinstance(value, Mapping) else {}


def objects(value: Any) -> list[Properties]:
    """Give a list's objects; a reference that nobody knows has none."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def is_true(value: Any) -> bool:
    """Read a truth, which templates may have as text."""
    return str(value).lower() == "true"


def with_small_initials(given: Properties, *names: str) -> dict[str, Any]:
    """Name properties as OpenAPI documents do: `timeoutInMillis` for `TimeoutInMillis`."""
    return {
        f"{name[0].lower()}{name[1:]}": given[name]
        for name in names
        if given.get(name) not in (None, "")
    }


def merged(body: Any, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Put what parts make of an API into its document; both may have paths and schemes."""
    document = dict(mapping(body))
    for key, value in parts.items():
        before = document.get(key)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            document[key] = merged(before, value)
        else:
            document[key] = value
    return document
