"""What a request to DynamoDB names: its attributes and the partition key that it asks for.

For the condition keys dynamodb:Attributes and dynamodb:LeadingKeys (iam.md I28). An expression
that DynamoDB would refuse may give anything: it is refused anyway.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from visitplannr.iam.document import listed

_EXPRESSIONS = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
_MAPS = ("Expected", "AttributeUpdates", "KeyConditions", "QueryFilter", "ScanFilter")
_NAME = re.compile(r"(?<![\w.:#])(#?[A-Za-z_]\w*)")
_WORDS = frozenset(
    {"set", "remove", "add", "delete", "and", "or", "not", "between", "in", "contains", "size"}
    | {"attribute_exists", "attribute_not_exists", "attribute_type", "begins_with"}
    | {"if_not_exists", "list_append"}
)
_EQUAL = re.compile(r"(?<![\w.])(#?\w+)\s*=\s*(:\w+)")


def attributes_of(request: Mapping[str, Any], keys: Iterable[object]) -> set[str]:
    """Name the top-level attributes of a request and of the keys or items that go with it."""
    found = {str(name) for key in keys if isinstance(key, Mapping) for name in key}
    found.update(_in_expressions(request))
    found.update(map(str, listed(request.get("AttributesToGet"))))
    for name in _MAPS:
        found.update(_mapping(request, name))
    return found


def _in_expressions(request: Mapping[str, Any]) -> Iterator[str]:
    names = _mapping(request, "ExpressionAttributeNames")
    for part in _EXPRESSIONS:
        text = request.get(part)
        for name in _NAME.findall(text) if isinstance(text, str) else ():
            if name.lower() not in _WORDS:
                yield str(names.get(name, name))


def leading_key(request: Mapping[str, Any], partition_key: str) -> object:
    """Give the value (a typed one, as `{"S": "a"}`) of the partition key that a query asks for."""
    conditions = _mapping(_mapping(request, "KeyConditions"), partition_key)
    if conditions:
        return next(iter(listed(conditions.get("AttributeValueList"))), None)
    text = request.get("KeyConditionExpression")
    names = _mapping(request, "ExpressionAttributeNames")
    for name, value in _EQUAL.findall(text) if isinstance(text, str) else ():
        if names.get(name, name) == partition_key:
            return _mapping(request, "ExpressionAttributeValues").get(value)
    return None


def _mapping(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name)
    return found if isinstance(found, Mapping) else {}
