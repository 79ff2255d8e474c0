"""That each operation of AWS's own models is there, with its fields and their constraints."""

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from visitplannr.dynamodb.checks.attribute_values import AttributeValueShape, Blob, ItemShape
from visitplannr.dynamodb.checks.containers import Listing, Mapped, Structure
from visitplannr.dynamodb.checks.operations import OPERATIONS as FIELDS
from visitplannr.dynamodb.checks.scalars import Boolean, Moment, Number, String
from visitplannr.dynamodb.checks.shapes import Shape
from visitplannr.dynamodb.operations.registry import OPERATIONS, STREAM_OPERATIONS

KINDS: dict[type[Shape], str] = {
    AttributeValueShape: "AttributeValue",
    ItemShape: "Item",
    Blob: "blob",
    Boolean: "boolean",
    Listing: "list",
    Mapped: "map",
    Moment: "timestamp",
    String: "string",
    Structure: "structure",
}
NUMBERS = {"java.lang.Integer": "integer", "java.lang.Long": "long"}
# Fields that AWS checks otherwise than its models say, or that nothing depends on here. A table's
# name may be an ARN; key schemas have as many elements as there can be; D44, D54, D84, D232.
OTHERWISE = {
    *("TableName", "ResourceArn", "ExpressionAttributeNames", "AttributesToGet", "KeySchema"),
    *("Tags", "TagKeys", "AttributeDefinitions", "AutoScalingRoleArn"),
    *("VectorIndexes", "VectorIndexOverride", "VectorIndexUpdates", "GlobalTableWitnessUpdates"),
    *("ScalingPolicyUpdate", "GlobalTableGlobalSecondaryIndexSettingsUpdate"),
    *("ReplicaSettingsUpdate",),
}
SINGLE = {
    ("BatchWriteItem", "RequestItems"),  # D180: the lists' lengths are the map's constraint
    ("CreateGlobalTable", "ReplicationGroup"),  # a replica without a region is none
    ("ImportTable", "DeletionProtectionEnabled"),
    ("UpdateTableReplicaAutoScaling", "GlobalSecondaryIndexUpdates"),
    ("UpdateTableReplicaAutoScaling", "ReplicaUpdates"),
    *((name, "Limit") for name in STREAM_OPERATIONS),  # D219 to D222
}


def kind_of(model: Any) -> str:
    if model.name == "AttributeValue":
        return "AttributeValue"
    if model.type_name == "map" and model.value.name == "AttributeValue":
        return "Item"
    return str(model.type_name)


def constraints_of(model: Any) -> tuple[Any, ...]:
    found = model.metadata
    return (found.get("min"), found.get("max"), found.get("pattern"), set(found.get("enum", ())))


def constraints(shape: Any) -> tuple[Any, ...]:
    return (
        getattr(shape, "least", None),
        getattr(shape, "most", None),
        getattr(shape, "pattern", None),
        set(getattr(shape, "enum", ())),
    )


def differences(path: str, shape: Any, model: Any) -> Iterator[str]:
    kind = NUMBERS[shape.java_type] if isinstance(shape, Number) else KINDS[type(shape)]
    if kind != kind_of(model):
        yield f"{path} is {kind}, not {kind_of(model)}"
    elif kind == "structure":
        yield from of_structure(path, shape, model)
    elif constraints(shape) != constraints_of(model):
        yield f"{path}: {constraints(shape)}, not {constraints_of(model)}"
    elif kind == "list":
        yield from differences(f"{path}[]", shape.element, model.member)
    elif kind == "map":
        yield from differences(f"{path}{{}}", shape.element, model.value)


def of_structure(path: str, shape: Structure, model: Any) -> Iterator[str]:
    operation = path.partition(".")[0]
    names = {*shape.fields, *model.members} - OTHERWISE
    for name in sorted(name for name in names if (operation, name) not in SINGLE):
        if name not in shape.fields or name not in model.members:
            yield f"{path}.{name} is only on one side"
            continue
        if (name in shape.required) != (name in model.required_members):
            yield f"{path}.{name}: required, or not"
        yield from differences(f"{path}.{name}", shape.fields[name], model.members[name])


@pytest.mark.parametrize(
    ("service", "operations"),
    [("dynamodb", OPERATIONS), ("dynamodbstreams", STREAM_OPERATIONS)],
)
def test_each_operation_is_there_with_its_fields(
    service: str, operations: dict[str, object]
) -> None:
    model = botocore.session.get_session().get_service_model(service)
    assert set(operations) == set(model.operation_names)
    wrong = [
        text
        for name in sorted(operations)
        for text in differences(name, FIELDS[name], model.operation_model(name).input_shape)
    ]
    assert wrong == []
