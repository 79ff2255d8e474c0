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
        return self.operation.get(_INTEGRATION) or {}

    @property
    def integration_type(self) -> str:
        return str(self.integration.get("type", "none")).upper()

    def seconds(self, limit: float) -> float:
        """Give the integration's time limit: its own, below the API's."""
        milliseconds = self.integration.get("timeoutInMillis")
        return min(milliseconds / 1000, limit) if milliseconds else limit


def routes_in(document: Mapping[str, Any]) -> tuple[Route, ...]:
    """List a document's routes by resource and method."""
    return tuple(sorted(_routes(document), key=lambda route: (route.resource, route.method)))


def _routes(document: Mapping[str, Any]) -> Iterator[Route]:
    for resource, operations in (document.get("paths") or {}).items():
        for key, operation in operations.items():
            if key == ANY or key.upper() in METHODS:
                method = "ANY" if key == ANY else key.upper()
                yield Route(resource, method, operation if isinstance(operation, Mapping) else {})
