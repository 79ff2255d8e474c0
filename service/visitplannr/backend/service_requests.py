"""Requests to AWS services as API Gateway makes them for integrations, on the wire.

What a service takes (its protocol, the prefix of its targets, the shapes of its operations) is in
botocore's models. Nothing is sent here.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import botocore.session
from botocore.exceptions import BotoCoreError
from botocore.serialize import create_serializer

from visitplannr.model.endpoints import (
    EndpointError,
    OperationCall,
    Pairs,
    ParameterError,
    ServiceCall,
)

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

# What API Gateway calls by their endpoints' names, botocore by its own.
_NAMES = {"states": "stepfunctions", "monitoring": "cloudwatch", "email": "ses"}
# SQS speaks JSON to SDKs; API Gateway's integrations still use its Query API.
_QUERY = frozenset({"sqs"})
# API Gateway adds no target of its own for EventBridge: templates have to map one.
_WITHOUT_TARGET = frozenset({"events"})
# The Query API's names of SQS's lists and maps.
_QUERY_NAMES = (
    (re.compile(r"^Message(System)?Attributes\.(\d+)\.key$"), r"Message\1Attribute.\2.Name"),
    (re.compile(r"^Message(System)?Attributes\.(\d+)\.value\."), r"Message\1Attribute.\2.Value."),
    (re.compile(r"^(Message)?(System)?AttributeNames\.(?:member\.)?"), r"\1\2AttributeName."),
)


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request to a service before it is signed; `path` has the query."""

    signing_name: str
    method: str
    path: str
    headers: Pairs
    body: bytes
    is_query: bool


def service_request(call: ServiceCall) -> WireRequest:
    """Write a call that names an action or a path.

    Raises:
        EndpointError: there is no such service.
    """
    model = _model(call.service)
    is_query = _is_query(model)
    headers, query = dict(call.headers), list(call.query)
    if call.action and is_query:
        query += [("Action", call.action), ("Version", model.api_version)]
    elif call.action and (prefix := model.metadata.get("targetPrefix")):
        names = {name.lower() for name in headers}
        if "x-amz-target" not in names and model.service_name not in _WITHOUT_TARGET:
            headers["X-Amz-Target"] = f"{prefix}.{call.action}"
        version = model.metadata.get("jsonVersion", "1.1")
        headers = _with_content_type(headers, f"application/x-amz-json-{version}")
    path = f"{call.path}?{urlencode(query)}" if query else call.path
    method = "POST" if call.action and not is_query else call.method
    targeted = any(name.lower() == "x-amz-target" for name in headers)
    return WireRequest(
        model.signing_name,
        method,
        path,
        tuple(headers.items()),
        call.body,
        is_query and not targeted,
    )


def operation_request(call: OperationCall) -> WireRequest:
    """Write a call of an operation; texts become what its parameters are.

    Raises:
        ParameterError: a parameter is not what it has to be.
    """
    model = _model(call.service)
    operation = model.operation_model(call.operation)
    protocol = "query" if _is_query(model) else model.protocol
    try:
        shape: Any = operation.input_shape
        parameters = _structure(shape, call.parameters, by_any_case=True)
        made: Any = create_serializer(protocol).serialize_to_request(parameters, operation)
    except (BotoCoreError, ValueError, TypeError) as error:
        raise ParameterError(f"{call.operation}: {' '.join(str(error).split())}") from error
    return _wire(model, operation, made)


def _wire(
    model: "ServiceModel", operation: "OperationModel", made: Mapping[str, Any]
) -> WireRequest:
    body, query = made["body"], made["query_string"]
    if isinstance(body, Mapping):
        body = urlencode({_query_name(name): value for name, value in body.items()}).encode()
    written = query if isinstance(query, str) else urlencode(query)
    path = f"{made['url_path']}?{written}" if written else str(made["url_path"])
    return WireRequest(
        model.signing_name,
        operation.http["method"],
        path,
        tuple(made["headers"].items()),
        body,
        is_query=_is_query(model),
    )


def _query_name(name: str) -> str:
    for pattern, replacement in _QUERY_NAMES:
        name = pattern.sub(replacement, name)
    return name


@lru_cache(maxsize=64)
def _model(service: str) -> "ServiceModel":
    try:
        return botocore.session.Session().get_service_model(_NAMES.get(service, service))
    except BotoCoreError as error:
        raise EndpointError(f"there is no AWS service {service}") from error


def _is_query(model: "ServiceModel") -> bool:
    return model.service_name in _QUERY or model.protocol == "query"


def _with_content_type(headers: Mapping[str, str], media_type: str) -> dict[str, str]:
    """Say which JSON a body is, where that is only said to be JSON."""
    plain = {
        name: value
        for name, value in headers.items()
        if name.lower() != "content-type" or value.partition(";")[0] != "application/json"
    }
    return {"Content-Type": media_type, **plain}


def _structure(
    shape: "StructureShape", given: Mapping[str, Any], *, by_any_case: bool = False
) -> dict[str, Any]:
    members = {name.lower() if by_any_case else name: name for name in shape.members}
    named = {(name.lower() if by_any_case else name): value for name, value in given.items()}
    unknown = [name for name in named if name not in members]
    if unknown:
        raise ValueError(f"it has no parameter {', '.join(unknown)}")
    return {
        members[name]: _shaped(shape.members[members[name]], value) for name, value in named.items()
    }


def _shaped(shape: "Shape", value: Any) -> Any:
    """Make of a text what a shape is: a number, a truth, JSON."""
    kind = shape.type_name
    if not isinstance(value, str):
        return value
    if kind in {"integer", "long"}:
        return int(value)
    if kind == "boolean":
        return value.lower() == "true"
    if kind in {"structure", "map", "list"}:
        return json.loads(value)
    return value
