"""What API Gateway calls besides functions: URLs, and AWS services as an integration's role."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HttpCall:
    """A request to a URL; its query is part of that."""

    method: str
    url: str
    headers: Pairs
    body: bytes


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A request to an AWS service, which has the name that integrations' URIs have for it.

    Either `action` names what is asked for, or `path` says it, as in the service's own API. `role`
    is the ARN of whom the call is made as; without one it is the account itself.
    """

    service: str
    action: str
    method: str
    path: str
    query: Pairs
    headers: Pairs
    body: bytes
    role: str | None


@dataclass(frozen=True, slots=True)
class OperationCall:
    """An operation of a service with its parameters, e.g. "sqs", "SendMessage".

    Parameters are texts where the operation takes numbers or JSON, too.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    role: str | None


Call = HttpCall | ServiceCall | OperationCall


@dataclass(frozen=True, slots=True)
class EndpointAnswer:
    """What a URL or a service answered, whatever the status."""

    status: int
    headers: Pairs
    body: bytes

    def header(self, name: str) -> str | None:
        """Give the last value of a header, its name in lower case."""
        return next((v for n, v in reversed(self.headers) if n.lower() == name), None)


class EndpointError(Exception):
    """There is no answer: nobody is there, or the connection broke; the message says what."""


class RoleError(EndpointError):
    """Raise where the role of an integration cannot be assumed."""


class ParameterError(EndpointError):
    """Raise where parameters are not what the operation takes."""


CallEndpoint = Callable[[Call], Awaitable[EndpointAnswer]]
"""Makes a call and awaits its answer; raises `EndpointError` if there is none."""
