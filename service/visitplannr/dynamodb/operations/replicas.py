"""Replicas in other regions, as descriptions: nothing is written there.

They are those of version 2019.11.21. The operations with GlobalTable in their names are of version
2017.11.29, of which AWS makes no more (D260).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from visitplannr.dynamodb.errors import DynamoDBError, invalid_parameter, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.storage.schema import Table

KINDS = ("Create", "Update", "Delete")
DESCRIBED = (
    *("RegionName", "KMSMasterKeyId", "ProvisionedThroughputOverride"),
    *("OnDemandThroughputOverride", "GlobalSecondaryIndexes"),
)
Replicas = dict[str, Mapping[str, Any]]


def change_replicas(call: Call, table: Table, updates: list[Mapping[str, Any]]) -> Table:
    """Give the table with the replicas that UpdateTable asks for, or without.

    Raises:
        DynamoDBError: one is there already, is not there, or is the table itself.
    """
    replicas: Replicas = dict(table.settings.get("replicas") or {})
    for kind, given in required_actions(updates):
        region = given["RegionName"]
        if kind == "Create" and region in {*replicas, call.place.region}:
            raise validation(
                f"Failed to create a the new replica of table with name: \u2018{table.name}\u2019 "
                "because one or more replicas already existed as tables."
            )
        if kind != "Create" and region not in replicas:
            raise validation(
                "Update global table operation failed because one or more replicas were not part "
                "of the global table. Please retry the request without these replicas: "
                f"[{region}]."
            )
        if kind == "Delete":
            del replicas[region]
        else:
            replicas[region] = described_replica(replicas.get(region, {}), given)
    return replace(table, settings={**table.settings, "replicas": replicas})


def required_actions(
    updates: Iterable[Mapping[str, Any]],
) -> list[tuple[str, Mapping[str, Any]]]:
    """Give the kinds of actions and what is given for each; there is one in each update."""
    actions = [[(kind, update[kind]) for kind in KINDS if update.get(kind)] for update in updates]
    if not all(actions):
        raise validation(
            "There are no actions specified in the Replica Update Action of the request."
        )
    if any(len(each) > 1 for each in actions):
        raise validation(
            "Update table operation with more than one type of replica actions not allowed."
        )
    return [each[0] for each in actions]


def described_replica(earlier: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    described = {**earlier, **{name: given[name] for name in DESCRIBED if given.get(name)}}
    if given.get("TableClassOverride"):
        described["ReplicaTableClassSummary"] = {"TableClass": given["TableClassOverride"]}
    return described


def describe_auto_scaling(call: Call) -> Answer:
    table = call.described_table(call.body["TableName"])
    replicas = table.settings.get("replicas") or {}
    shown = [
        {"RegionName": region, "GlobalSecondaryIndexes": [], "ReplicaStatus": "ACTIVE"}
        for region in ((call.place.region, *replicas) if replicas else ())
    ]
    described = {"TableName": table.name, "TableStatus": "ACTIVE", "Replicas": shown}
    return {"TableAutoScalingDescription": described}


def global_table_not_found(call: Call) -> Answer:
    name = call.body["GlobalTableName"]
    raise DynamoDBError(
        "GlobalTableNotFoundException",
        f"Global table not found: Global table with name: '{name}' does not exist.",
    )


def refuse_first_version(_: Call) -> Answer:
    raise invalid_parameter(
        "DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB "
        "global tables version 2019.11.21, instead of version 2017.11.29 (Legacy)."
    )


def list_global_tables(_: Call) -> Answer:
    return {"GlobalTables": []}
