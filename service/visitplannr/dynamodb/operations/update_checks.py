"""What UpdateTable checks before it looks for the table (dynamodb.md D199, D200, D255, D256)."""

from collections.abc import Mapping
from typing import Any

from visitplannr.dynamodb.errors import DynamoDBError, invalid_parameter, validation
from visitplannr.dynamodb.operations.schema_checks import require_bounds
from visitplannr.dynamodb.operations.table_streams import require_view
from visitplannr.dynamodb.operations.unsupported import require_supported

Updates = list[tuple[str, Mapping[str, Any]]]
KINDS = ("Create", "Update", "Delete")
# What a request may ask for, as the error lists it that asks for nothing, and its field.
CHANGES = {
    "ProvisionedThroughput": "ProvisionedThroughput",
    "BillingMode": "BillingMode",
    "UpdateStreamEnabled": "StreamSpecification",
    "GlobalSecondaryIndexUpdates": "GlobalSecondaryIndexUpdates",
    "SSESpecification": "SSESpecification",
    "ReplicaUpdates": "ReplicaUpdates",
    "MultiAccountReplicaReady": "MultiAccountReplicaReady",
    "ReplicaTransitRoleArn": "ReplicaTransitRoleArn",
    "MultiRegionConsistency": "",
    "DeletionProtectionEnabled": "DeletionProtectionEnabled",
    "OnDemandThroughput": "OnDemandThroughput",
    "WarmThroughput": "WarmThroughput",
    "TableClass": "TableClass",
}
# What has to be alone in its request, and how AWS names it.
ALONE = {
    "SSESpecification": "Server-Side Encryption modification",
    "TableClass": "TableClass modification",
    "DeletionProtectionEnabled": "DeletionProtection modification",
    "ReplicaUpdates": "Replica modification",
}


def required_updates(body: Mapping[str, Any]) -> Updates:
    """Check the request, and give the changes of indexes as kind and what is given for it."""
    require_supported(body)
    asked = {field for field in CHANGES.values() if body.get(field) is not None}
    if not asked:
        *names, last = CHANGES
        raise validation(f"At least one of {', '.join(names)} or {last} is required")
    for field, text in ALONE.items():
        if field in asked and len(asked) > 1:
            raise invalid_parameter(f"{text} must be the only operation in the request")
    require_view(body.get("StreamSpecification"), is_new=False)
    updates = index_updates(body)
    require_combination(asked, updates)
    for given in (body, *(given for _, given in updates)):
        if given.get("ProvisionedThroughput"):
            require_bounds(given["ProvisionedThroughput"])
    return updates


def index_updates(body: Mapping[str, Any]) -> Updates:
    given = body.get("GlobalSecondaryIndexUpdates")
    if given == []:
        raise invalid_parameter("List of GlobalSecondaryIndexUpdates is empty")
    actions = [[(kind, each[kind]) for kind in KINDS if each.get(kind)] for each in given or ()]
    if not all(actions):
        raise invalid_parameter(
            "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
            "GlobalSecondaryIndexUpdate.Delete must not be null"
        )
    if any(len(each) > 1 for each in actions):
        raise invalid_parameter(
            "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate "
            "object"
        )
    updates = [each[0] for each in actions]
    require_few(updates)
    return updates


def require_few(updates: Updates) -> None:
    names = [given["IndexName"] for _, given in updates]
    for name in names:
        if names.count(name) > 1:
            raise invalid_parameter(
                "Only one global secondary index update per index is allowed simultaneously. "
                f"Index: {name}"
            )
    if sum(kind != "Update" for kind, _ in updates) > 1:
        raise DynamoDBError(
            "LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted "
            "simultaneously per table",
        )


def require_combination(asked: set[str], updates: Updates) -> None:
    """Refuse what cannot be changed together."""
    indexes = any(kind != "Update" for kind, _ in updates)
    capacity, stream = "ProvisionedThroughput" in asked, "StreamSpecification" in asked
    if stream and capacity:
        raise invalid_parameter("You cannot modify stream status while updating table IOPS")
    if indexes and capacity:
        raise invalid_parameter("You cannot create or delete index while updating table IOPS")
    if indexes and stream:
        raise invalid_parameter("You cannot create or delete index while changing stream status")
