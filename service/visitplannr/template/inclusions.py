"""Put local files that a template refers to into it: OpenAPI documents and AWS::Include.

`aws cloudformation package` uploads such files and lets CloudFormation put them in; here it is done
before the deployment, so the one path serves backends that don't do it.
"""

from collections.abc import Callable, Mapping
from typing import Any

Read = Callable[[str], Any]

_DOCUMENTS = {
    "AWS::Serverless::Api": ("DefinitionUri", "DefinitionBody"),
    "AWS::Serverless::HttpApi": ("DefinitionUri", "DefinitionBody"),
    "AWS::ApiGateway::RestApi": ("BodyS3Location", "Body"),
    "AWS::ApiGatewayV2::Api": ("BodyS3Location", "Body"),
}


def with_inclusions(template: Mapping[str, Any], read: Read) -> dict[str, Any]:
    """Give the template with every local file in its place; `read` parses one, by its path."""
    included: dict[str, Any] = _included(template, read)
    for resource in included["Resources"].values():
        if isinstance(resource, dict) and resource.get("Type") in _DOCUMENTS:
            uri, body = _DOCUMENTS[resource["Type"]]
            properties = resource.get("Properties") or {}
            if _is_local(properties.get(uri)):
                properties[body] = _included(read(properties.pop(uri)), read)
    return included


def _included(value: Any, read: Read) -> Any:
    if isinstance(value, list):
        return [_included(item, read) for item in value]
    if not isinstance(value, dict):
        return value
    match value.get("Fn::Transform"):
        case {"Name": "AWS::Include", "Parameters": {"Location": str(location)}} if _is_local(
            location
        ):
            beside = {key: item for key, item in value.items() if key != "Fn::Transform"}
            found = _included(read(location), read)
            return {**found, **_included(beside, read)} if beside else found
    return {key: _included(item, read) for key, item in value.items()}


def _is_local(location: Any) -> bool:
    return isinstance(location, str) and not location.startswith(("s3://", "https://", "http://"))
