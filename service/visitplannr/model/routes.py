"""The routes of an API, as its OpenAPI document has them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ANY = "x-amazon-apigateway-any-method"
DEFAULT = "$default"
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_INTEGRATION = "x-amazon-apigateway-integration"


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One method of one resource. `method` is "ANY" or a method in upper case."""

    resource: str
    method: str
    operation: Mapping[str, Any]

    def __str__(self) -> str:
        return DEFAULT if self.resource == DEFAULT else f"{self.method} {self.resource}"

    @property
    def integration(self) -> Mapping[str, Any]:
        found = self.operation.get(_INTEGRATION)
        return found if isinstance(found, dict) else {}

    @property
    def integration_type(self) -> str:
        return str(self.integration.get("type", "none")).upper()

    @property
    def leads_to(self) -> str:
        """Name what is behind it, if that is no function: a subtype, or the type."""
        return str(self.integration.get("integrationSubtype") or self.integration_type)

    @property
    def is_private(self) -> bool:
        """Say whether what is behind it is in a private network (a VPC link)."""
        return str(self.integration.get("connectionType", "")).upper() == "VPC_LINK"

    @property
    def security(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """List who may let a request in, by the names of the document's schemes, with scopes."""
        return tuple(
            (name, tuple(scopes or ()))
            for item in self.operation.get("security") or ()
            for name, scopes in item.items()
        )

    def seconds(self, limit: float) -> float:
        """Give the integration's time limit: its own, below the API's."""
        milliseconds = str(self.integration.get("timeoutInMillis", ""))
        return min(int(milliseconds) / 1000, limit) if milliseconds.isdecimal() else limit


def routes_in(document: Mapping[str, Any]) -> tuple[Route, ...]:
    """List a document's routes by resource and method."""
    return tuple(sorted(_routes(document), key=lambda route: (route.resource, route.method)))


def _routes(document: Mapping[str, Any]) -> Iterator[Route]:
    for resource, operations in _mapping(document.get("paths")).items():
        for key, operation in _mapping(operations).items():
            if key == ANY or key.upper() in METHODS:
                method = "ANY" if key == ANY else key.upper()
                yield Route(resource, method, _shared(_mapping(operation), document))


def _shared(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put an integration of the document's components in the place of a reference to it."""
    reference = _mapping(operation.get(_INTEGRATION)).get("$ref")
    if not isinstance(reference, str):
        return operation
    components = _mapping(document.get("components"))
    shared = _mapping(components.get("x-amazon-apigateway-integrations"))
    return {**operation, _INTEGRATION: shared.get(reference.rpartition("/")[2])}


def _mapping(value: Any) -> Mapping[str, Any]:
    """Give an object; whatever else stands there has no members."""
    return value if isinstance(value, Mapping) else {}
