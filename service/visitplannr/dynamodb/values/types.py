"""Attribute values as they are on the wire: `{"S": "a"}`, `{"N": "1"}`, `{"B": "<base64>"}`."""

from typing import Any, TypeAlias

AttributeValue: TypeAlias = dict[str, Any]
Item: TypeAlias = dict[str, AttributeValue]
