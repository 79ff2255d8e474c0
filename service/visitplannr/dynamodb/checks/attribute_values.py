"""The JSON types of attribute values, at any depth (dynamodb.md D30, D35)."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from visitplannr.dynamodb.checks.containers import Listing, Mapped
from visitplannr.dynamodb.checks.scalars import Boolean, String
from visitplannr.dynamodb.checks.shapes import Shape
from visitplannr.dynamodb.errors import DynamoDBError, serialization


@dataclass(frozen=True, slots=True)
class Blob(Shape):
    """Base64 (D30)."""

    java_type: str = "java.nio.ByteBuffer"

    def check_type(self, value: Any) -> None:
        if isinstance(value, dict):
            raise serialization("Start of structure or map found where not expected")
        if isinstance(value, list):
            raise serialization(f"Unrecognized collection type class {self.java_type}")
        if not isinstance(value, str):
            raise serialization("only base-64-encoded strings are convertible to bytes")
        if len(value) % 4:
            raise serialization(
                f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(value)}"
            )
        try:
            clean = base64.b64encode(base64.b64decode(value, validate=True)).decode() == value
        except (binascii.Error, ValueError):
            clean = False
        if not clean:
            raise serialization("Invalid last non-pad Base64 character dectected")


class AttributeValueShape(Shape):
    """An attribute value; what is wrong beyond JSON types is checked with its content."""

    java_type = "com.amazonaws.dynamodb.v20120810.AttributeValue"

    def __init__(self) -> None:
        self._kinds: dict[str, Shape] = {
            "S": String(),
            "N": String(),
            "B": Blob(),
            "BOOL": Boolean(),
            "NULL": Boolean(),
            "SS": Listing(String()),
            "NS": Listing(String()),
            "BS": Listing(Blob()),
            "L": Listing(self),
            "M": Mapped(self),
        }

    def check_type(self, value: Any) -> None:
        if type(value) is not dict:
            raise self._wrong(value, "field type")
        self._check_content(value)

    def check_member(self, value: Any) -> None:
        if type(value) is not dict:
            raise self._wrong(value, "value type in payload")
        self._check_content(value)

    def _check_content(self, value: dict[str, Any]) -> None:
        for kind, content in value.items():
            if type(content) is str and kind in {"S", "N"}:
                continue
            shape = self._kinds.get(kind)
            if shape is not None and content is not None:
                shape.check_type(content)

    def _wrong(self, value: Any, what: str) -> DynamoDBError:
        if isinstance(value, list):
            return serialization(f"Unrecognized collection type class {self.java_type}")
        return serialization(f"Unexpected {what}")


ATTRIBUTE_VALUE = AttributeValueShape()


class ItemShape(Shape):
    """A map of attribute values: an item, a key, ExpressionAttributeValues; no constraints."""

    java_type = f"java.util.Map<java.lang.String, {ATTRIBUTE_VALUE.java_type}>"

    def __init__(self) -> None:
        self._shape = Mapped(ATTRIBUTE_VALUE)

    def check_type(self, value: Any) -> None:
        self._shape.check_type(value)

    def check_member(self, value: Any) -> None:
        self._shape.check_member(value)


ITEM = ItemShape()
