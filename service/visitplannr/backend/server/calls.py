"""Which AWS call a request is: the service, its operation and parameters.

AWS's protocols are read alike: JSON with X-Amz-Target, query, CBOR, and REST. The operations are
those of botocore's models, parameters have boto3's names. Pure: nothing is sent or remembered.
"""

import functools
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import botocore.session
import orjson
from botocore.exceptions import UnknownServiceError
from botocore.model import ServiceModel
from botocore.parsers import RpcV2CBORParser

from visitplannr.backend.server.rest_calls import rest_call
from visitplannr.backend.server.wire import WireRequest

_CBOR_PATH = re.compile(r"/service/[^/]+/operation/(?P<operation>\w+)")
_LISTED = re.compile(r"(?P<name>\w+)\.(?:member\.)?\d+")
_SERVICES: Mapping[str, Sequence[str]] = {
    "bedrock": ("bedrock-runtime", "bedrock"),
    "iotdata": ("iot-data",),
    "dynamodb": ("dynamodb", "dynamodbstreams"),
    "monitoring": ("cloudwatch",),
    "sagemaker": ("sagemaker-runtime", "sagemaker"),
    "ses": ("ses", "sesv2"),
    "states": ("stepfunctions",),
}
"""The name in a signature → boto3's names of the services that use it, where they differ."""


@dataclass(frozen=True, slots=True)
class WireCall:
    """A call: boto3's name of the service, the API's operation, parameters as boto3 has them."""

    service: str
    operation: str
    parameters: Mapping[str, Any]


def read_call(request: WireRequest, signing_name: str) -> WireCall | None:
    """Read a request for the service with a signing name; None if it cannot be told."""
    target = request.headers.get("x-amz-target")
    if target:
        named = _named(target, signing_name)
        return WireCall(*named, _object(request.body)) if named else None
    models = _models(signing_name)
    if match := _CBOR_PATH.fullmatch(request.path):
        return _call(models, match["operation"], _cbor(request.body))
    if pairs := _query_pairs(request):
        return _call(models, pairs["Action"], pairs)
    for model in models:
        if rest := _is_rest(model) and rest_call(request, model):
            return WireCall(model.service_name, *rest)
    return None


def warm(signing_names: Sequence[str]) -> None:
    """Read the models of services ahead: each takes a few hundredths of a second."""
    nothing = WireRequest("GET", "/", "", {}, b"")
    for name in signing_names:
        read_call(nothing, name)


@functools.lru_cache(maxsize=4096)
def _named(target: str, signing_name: str) -> tuple[str, str] | None:
    """Give service and operation of an X-Amz-Target."""
    prefix, _, operation = target.rpartition(".")
    for model in _models(signing_name):
        if model.metadata.get("targetPrefix") == prefix and operation in model.operation_names:
            return model.service_name, operation
    return None


@functools.cache
def _models(signing_name: str) -> Sequence[ServiceModel]:
    names = _SERVICES.get(signing_name, (signing_name,))
    return [model for name in names if (model := service_model(name))]


def _call(
    models: Sequence[ServiceModel], operation: str, parameters: Mapping[str, Any]
) -> WireCall | None:
    for model in models:
        if operation in model.operation_names:
            return WireCall(model.service_name, operation, parameters)
    return None


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _cbor(body: bytes) -> Mapping[str, Any]:
    try:
        found = RpcV2CBORParser().parse_data_item(io.BufferedReader(io.BytesIO(body)))
    except Exception:  # noqa: BLE001 - whatever it raises, the service answers it
        return {}
    return found if isinstance(found, dict) else {}


def _query_pairs(request: WireRequest) -> Mapping[str, Any] | None:
    """Read the parameters of a query call: texts, and lists of texts; deeper ones are left out."""
    text = request.query
    if "urlencoded" in request.headers.get("content-type", ""):
        text = f"{text}&{request.body.decode('utf-8', 'replace')}"
    if "Action=" not in text:
        return None
    found: dict[str, Any] = {}
    for name, values in parse_qs(text, keep_blank_values=True).items():
        if match := _LISTED.fullmatch(name):
            found.setdefault(match["name"], []).append(values[-1])
        elif "." not in name:
            found[name] = values[-1]
    return found if "Action" in found else None


def _is_rest(model: ServiceModel) -> bool:
    return str(model.metadata["protocol"]).startswith("rest-")


@functools.cache
def service_model(service: str) -> ServiceModel | None:
    """Give botocore's model of a service; None if there is no such service."""
    try:
        return _session().get_service_model(service)
    except UnknownServiceError:
        return None


@functools.cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()
