"""No request makes a 5xx: bodies drawn from the fields of each operation, right and wrong ones."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from dynamodb.engines import Clock, index, item, new_engine, table
from dynamodb.test_wire import request
from hypothesis import given, settings
from hypothesis import strategies as st
from visitplannr.dynamodb.checks.attribute_values import AttributeValueShape, Blob, ItemShape
from visitplannr.dynamodb.checks.containers import Listing, Mapped, Structure
from visitplannr.dynamodb.checks.operations import OPERATIONS
from visitplannr.dynamodb.checks.scalars import Boolean, Number, String
from visitplannr.dynamodb.operations.registry import STREAM_OPERATIONS
from visitplannr.dynamodb.wire import Wire

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/table"
EXPRESSIONS = ["p = :v", "#a = :v", "SET x = :v", "REMOVE x", "p, x.y[0]", "size(", "p = :v AND c"]
WORDS = ["table", "by-g", "p", "c", "g", "x", "a", "", ARN, "x" * 40, *EXPRESSIONS]
STATEMENTS = ["SELECT * FROM table", "INSERT INTO table VALUE {'p': ?}", "DELETE FROM table WHERE"]
VALUES = [{"S": "a"}, {"N": "1"}, {"N": "x"}, {"L": [{"S": "a"}]}, {"SS": ["a"]}, {}, {"X": 1}]
ODD: list[Any] = [None, 7, -1, 1.5, True, "", "x", [], {}, [1], [{}]]
WRONG: st.SearchStrategy[Any] = st.sampled_from(ODD)
TEXTS = st.sampled_from(WORDS + STATEMENTS)
ATTRIBUTES = st.sampled_from(VALUES)
NAMES = st.sampled_from(["p", "c", "g", "x", "#a", ":v", "table"])


def of(shape: Any) -> st.SearchStrategy[Any]:
    """Give values for a field: mostly of its shape."""
    return st.one_of(fitting(shape), fitting(shape), fitting(shape), WRONG)


def fitting(shape: Any) -> st.SearchStrategy[Any]:
    if isinstance(shape, String) and shape.enum:
        return st.sampled_from(shape.enum)
    build = BY_SHAPE.get(type(shape))
    return build(shape) if build else TEXTS


def structures(shape: Structure) -> st.SearchStrategy[Any]:
    fields = {name: later(each) for name, each in shape.fields.items()}
    required = {name: fields.pop(name) for name in shape.required if name in fields}
    return st.fixed_dictionaries(required, optional=fields)


def later(shape: Any) -> st.SearchStrategy[Any]:
    """Put off what may hold itself."""

    def define() -> st.SearchStrategy[Any]:
        return of(shape)

    return st.deferred(define)


BY_SHAPE: dict[type, Callable[[Any], st.SearchStrategy[Any]]] = {
    Structure: structures,
    Listing: lambda shape: st.lists(later(shape.element), max_size=2),
    Mapped: lambda shape: st.dictionaries(NAMES, later(shape.element), max_size=2),
    ItemShape: lambda _: st.dictionaries(NAMES, ATTRIBUTES, max_size=3),
    AttributeValueShape: lambda _: ATTRIBUTES,
    Boolean: lambda _: st.booleans(),
    Number: lambda _: st.integers(-1, 200),
    Blob: lambda _: st.sampled_from(["YQ==", "", "x"]),
}


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_no_request_makes_a_5xx(operation: str) -> None:
    service = "DynamoDBStreams" if operation in STREAM_OPERATIONS else "DynamoDB"
    engine = new_engine()
    wire = Wire(engine.call, Clock(), "us-east-1")

    @settings(max_examples=12)
    @given(of(OPERATIONS[operation]))
    def answers(body: Any) -> None:
        if "table" not in engine.database.tables:
            view = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
            indexes = [index("by-g", "g")]
            created = table(GlobalSecondaryIndexes=indexes, StreamSpecification=view)
            engine.call("CreateTable", created)
            engine.call("PutItem", {"TableName": "table", "Item": item(p="a", c="a", g="a")})
        sent = request(json.dumps(body), target=f"{service}_20120810.{operation}")
        assert wire.answer(sent).status < 500

    answers()
    engine.close()
