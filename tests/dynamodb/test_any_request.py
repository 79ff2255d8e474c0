"""No request makes a 5xx: any JSON is one or is refused, for every operation.

Requests are drawn from the operations' own tables of fields, with something else in between; the
same ones each time.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from dynamodb.engines import Clock, index, item, new_engine, table
from dynamodb.test_wire import request
from visitplannr.dynamodb.checks.attribute_values import AttributeValueShape, ItemShape
from visitplannr.dynamodb.checks.containers import Listing, Mapped, Structure
from visitplannr.dynamodb.checks.operations import OPERATIONS
from visitplannr.dynamodb.checks.scalars import Boolean, Number, String
from visitplannr.dynamodb.checks.shapes import Shape
from visitplannr.dynamodb.operations.registry import STREAM_OPERATIONS
from visitplannr.dynamodb.wire import Wire

ROUNDS = 40
WANTED = table(
    "abc",
    GlobalSecondaryIndexes=[index("index", "c")],
    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
)
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/abc"
TEXTS = (
    *("abc", "abc", "abd", "", "p", "h", "c", "index", "#a", "a[1]", "1", "n", "x" * 40),
    *("p = :a", "p = :a and c > :a", "a = :a", "SET n = :a", "ADD n :a", "REMOVE h.x"),
    *("attribute_exists(p)", "size(#a) < :a", "begins_with(c, :a)", "SELECT * FROM abc"),
    *(ARN, ARN + "/stream/2026-11-25T18:00:00.000", "0" * 21, "SELECT * FROM abc WHERE p = ?"),
)
KNOWN = {"TableName": "abc", "IndexName": "index", "ResourceArn": ARN}
NAMES = ("p", "p", "c", "h", "n", "#a", ":a", "abc", "")


class Draw:
    """Draws a request."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._kinds: dict[str, Callable[[], Any]] = {
            "S": self.text,
            "N": lambda: self._random.choice(("1", "-2.50", "1e3", "x", "")),
            "B": lambda: self._random.choice(("", "YQ==", "a")),
            "BOOL": lambda: True,
            "NULL": lambda: True,
            "SS": lambda: self.some(self.text),
            "NS": lambda: self.some(lambda: "1"),
            "L": lambda: self.some(self.value),
            "M": lambda: self.mapping(self.value),
            "X": self.anything,
        }

    def text(self) -> str:
        return self._random.choice(TEXTS)

    def some(self, draw: Callable[[], Any]) -> list[Any]:
        return [draw() for _ in range(self._random.choice((0, 1, 1, 2)))]

    def mapping(self, draw: Callable[[], Any]) -> dict[str, Any]:
        return {name: draw() for name in self.some(lambda: self._random.choice(NAMES))}

    def anything(self) -> Any:
        number = self._random.randint(-1, 200)
        return self._random.choice(
            (None, True, number, 1.5, self.text(), [], {}, [number], {"a": 1})
        )

    def value(self) -> Any:
        kind = self._random.choice(("S", "S", "S", *self._kinds))
        return {kind: self._kinds[kind]()}

    def of(self, shape: Shape) -> Any:
        return self.anything() if self._random.random() < 0.02 else self._fitting(shape)

    def _field(self, name: str, shape: Shape) -> Any:
        return KNOWN[name] if name in KNOWN and self._random.random() < 0.9 else self.of(shape)

    def _fitting(self, shape: Shape) -> Any:
        drawers: dict[type[Shape], Callable[[Any], Any]] = {
            Structure: self._structure,
            Listing: lambda shape: self.some(lambda: self.of(shape.element)),
            Mapped: self._map,
            ItemShape: lambda _: self.mapping(self.value) | {"p": {"S": "a"}, "c": {"S": "b"}},
            AttributeValueShape: lambda _: self.value(),
            String: lambda shape: self._random.choice(shape.enum or TEXTS),
            Number: lambda _: self._random.randint(0, 2),
            Boolean: lambda _: True,
        }
        draw = drawers.get(type(shape))
        return draw(shape) if draw else self.anything()

    def _structure(self, shape: Structure) -> dict[str, Any]:
        return {
            name: self._field(name, inner)
            for name, inner in shape.fields.items()
            if name in shape.required or name == "TableName" or self._random.random() < 0.1
        }

    def _map(self, shape: Mapped) -> dict[str, Any]:
        if shape.keys:  # of tables
            return {"abc": self.of(shape.element)}
        return self.mapping(lambda: self.of(shape.element))


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_d17_no_request_makes_a_5xx(operation: str) -> None:
    service = "DynamoDBStreams" if operation in STREAM_OPERATIONS else "DynamoDB"
    engine = new_engine()
    wire = Wire(engine.call, Clock(), "us-east-1")
    for seed in range(ROUNDS):
        if "abc" not in engine.database.tables:
            engine.call("CreateTable", WANTED)
            engine.call("PutItem", {"TableName": "abc", "Item": item(p="a", c="b", h=1)})
        body = Draw(seed).of(OPERATIONS[operation])
        sent = request(json.dumps(body), target=f"{service}_20120810.{operation}")
        assert wire.answer(sent).status < 500, body
    engine.close()
