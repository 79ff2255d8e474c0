"""What a request to DynamoDB names: its attributes and the partition key that it asks for.

For the condition keys dynamodb:Attributes and dynamodb:LeadingKeys (iam.md I28). An expression
that DynamoDB would refuse may give anything: it is refused anyway.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

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
    found.update(str(name) for name in request.get("AttributesToGet") or ())
    for name in _MAPS:
        if isinstance(request.get(name), Mapping):
            found.update(request[name])
    return found


def _in_expressions(request: Mapping[str, Any]) -> Iterator[str]:
    names = request.get("ExpressionAttributeNames")
    names = names if isinstance(names, Mapping) else {}
    for part in _EXPRESSIONS:
        text = request.get(part)
        for name in _NAME.findall(text) if isinstance(text, str) else ():
            if name.lower() not in _WORDS:
                yield str(names.get(name, name))


def leading_key(request: Mapping[str, Any], partition_key: str) -> object:
    """Give the value (a typed one, as `{"S": "a"}`) of the partition key that a query asks for."""
    conditions = request.get("KeyConditions")
    if isinstance(conditions, Mapping):
        given = (conditions.get(partition_key) or {}).get("AttributeValueList") or [None]
        return given[0]
    text = request.get("KeyConditionExpression")
    names = request.get("ExpressionAttributeNames") or {}
    values = request.get("ExpressionAttributeValues") or {}
    for name, value in _EQUAL.findall(text) if isinstance(text, str) else ():
        if names.get(name, name) == partition_key:
            return values.get(value)
    return None
