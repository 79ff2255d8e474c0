"""That each operation of AWS's own models is there, with its fields."""

import botocore.session
import pytest
from visitplannr.dynamodb.checks.operations import OPERATIONS as FIELDS
from visitplannr.dynamodb.operations.registry import OPERATIONS, STREAM_OPERATIONS


@pytest.mark.parametrize(
    ("service", "operations"),
    [("dynamodb", OPERATIONS), ("dynamodbstreams", STREAM_OPERATIONS)],
)
def test_each_operation_is_there(service: str, operations: dict[str, object]) -> None:
    model = botocore.session.get_session().get_service_model(service)
    assert set(operations) == set(model.operation_names)
    # By rules of their own, before all else (D42, D232), or unless a table is a replica.
    own = {"TableName", "ResourceArn", "Tags", "TagKeys", "KeySchema", "AttributeDefinitions"}
    wrong = {
        name
        for name in operations
        if set(FIELDS[name].required) - own
        != set(getattr(model.operation_model(name).input_shape, "required_members", ())) - own
    }
    assert not wrong
