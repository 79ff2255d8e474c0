"""Resolve the references in an API's OpenAPI document by what the backend says of the stack.

The service resolves them when it imports the document, but cannot be asked for the result. AWS's
own resolver does Ref and Fn::Sub; it is imported only for documents that need it.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_SEARCHED = frozenset({"uri", "authorizerUri", "info"})


def resolve(document: Mapping[str, Any], values: Mapping[str, str]) -> Mapping[str, Any]:
    """Replace references to `values` (logical ids, parameters, pseudo parameters).

    Integration URIs are left as they are: functions are searched for in them.
    """
    if next(references(document), None) is None:
        return document
    from samtranslator.intrinsics.resolver import IntrinsicsResolver  # noqa: PLC0415 - 0.1 s

    resolver = IntrinsicsResolver(dict(values))
    resolved: Mapping[str, Any] = _walk(document, resolver.resolve_parameter_refs)
    return resolved


def pseudo_parameters(stack_name: str, account_id: str, region: str) -> dict[str, str]:
    """Give the values of CloudFormation's pseudo parameters ("Pseudo parameters reference")."""
    return {
        "AWS::AccountId": account_id,
        "AWS::Partition": "aws",
        "AWS::Region": region,
        "AWS::StackName": stack_name,
        "AWS::URLSuffix": "amazonaws.com",
    }


def references(value: Any, place: str = "") -> Iterator[str]:
    """Yield the places of intrinsic functions in a document, but for those in URIs."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from references(item, f"{place}/{index}")
    elif isinstance(value, dict):
        if _is_intrinsic(value):
            yield place
            return
        for key, item in value.items():
            if key not in _SEARCHED:
                yield from references(item, f"{place}/{key}")


def _is_intrinsic(value: Mapping[str, Any]) -> bool:
    key = next(iter(value)) if len(value) == 1 else ""
    return key == "Ref" or key.startswith("Fn::")


def _walk(value: Any, resolve_references: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [_walk(item, resolve_references) for item in value]
    if not isinstance(value, dict):
        return value
    if _is_intrinsic(value):
        return _flattened(resolve_references(copy.deepcopy(value)))
    return {
        key: item if key in _SEARCHED else _walk(item, resolve_references)
        for key, item in value.items()
    }


def _flattened(value: Any) -> Any:
    """Turn each Fn::Sub and Fn::Join that has nothing left to resolve into its text."""
    if isinstance(value, list):
        return [_flattened(item) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _flattened(item) for key, item in value.items()}
    match inner:
        case {"Fn::Sub": str(text)} if "${" not in text:
            return text
        case {"Fn::Sub": [str(text), dict(names)]}:
            for name, given in names.items():
                text = text.replace(f"${{{name}}}", str(given))
            return text if "${" not in text else inner
        case {"Fn::Join": [str(separator), list(parts)]} if all(
            isinstance(part, str) for part in parts
        ):
            return separator.join(parts)
    return inner
