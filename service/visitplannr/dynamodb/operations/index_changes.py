"""Global indexes that UpdateTable makes, changes and deletes (dynamodb.md D199 to D201)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from visitplannr.dynamodb.errors import DynamoDBError, invalid_parameter, not_found, validation
from visitplannr.dynamodb.operations.call import Call
from visitplannr.dynamodb.operations.descriptions import throughput
from visitplannr.dynamodb.operations.keys import require_index_keys
from visitplannr.dynamodb.operations.schema_checks import MOST_GLOBAL, require_global_index
from visitplannr.dynamodb.operations.update_checks import Updates
from visitplannr.dynamodb.storage.items import all_items, index_totals, write_entry
from visitplannr.dynamodb.storage.schema import Index, Table, make_index


def by_request(table: Table) -> bool:
    summary = table.description.get("BillingModeSummary", {})
    return bool(summary.get("BillingMode") == "PAY_PER_REQUEST")


def require_index_capacity(table: Table, body: Mapping[str, Any], updates: Updates) -> None:
    """Refuse capacity of indexes that does not go with the table's billing mode (D256)."""
    mode = body.get("BillingMode") or ("PAY_PER_REQUEST" if by_request(table) else "PROVISIONED")
    given = {
        each["IndexName"]: each.get("ProvisionedThroughput")
        for kind, each in updates
        if kind == "Update"
    }
    if mode == "PAY_PER_REQUEST":
        for name, units in given.items():
            if units:
                raise invalid_parameter(
                    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: "
                    f"{name} when BillingMode is PAY_PER_REQUEST"
                )
    elif by_request(table):
        kept = [index.name for index in table.indexes if index.is_global]
        without = [name for name in kept if not given.get(name)]
        if without and body.get("ProvisionedThroughput"):
            raise invalid_parameter(
                f"ProvisionedThroughput must be specified for index: {','.join(without)}"
            )


def create_index(call: Call, table: Table, given: Mapping[str, Any]) -> tuple[Table, Table]:
    """Add a global index and fill it with what fits; give the table, and as it is shown."""
    if table.index(given["IndexName"]):
        raise validation("Attempting to create an index which already exists")
    definitions = call.body.get("AttributeDefinitions")
    if not definitions:
        raise invalid_parameter(
            f"AttributeDefinitions is not specified for index: {given['IndexName']}"
        )
    require_global_index(given, definitions, by_request=by_request(table))
    if sum(index.is_global for index in table.indexes) >= MOST_GLOBAL:
        raise DynamoDBError(
            "LimitExceededException",
            f"GlobalSecondaryIndex count exceeds the per-table limit of {MOST_GLOBAL}",
        )
    types = merged_types(table, given, definitions)
    described = {**given, "ProvisionedThroughput": throughput(given.get("ProvisionedThroughput"))}
    index = make_index(call.database.counted("index"), described, types, is_global=True)
    changed = with_definitions(replace(table, indexes=(*table.indexes, index)), types)
    call.database.add_index(table, index)
    backfill(call, changed, index)
    return changed, changed


def merged_types(
    table: Table, given: Mapping[str, Any], definitions: list[Mapping[str, str]]
) -> dict[str, str]:
    """Add the types of the index's attributes to the table's (D200)."""
    types = table.types
    named = {each["AttributeName"] for each in given["KeySchema"]}
    for each in definitions:
        name, kind = each["AttributeName"], each["AttributeType"]
        if types.get(name, kind) != kind:
            raise invalid_parameter(
                "Attributes cannot be redefined. Please check that your attribute has the same "
                f"type as previously defined. Existing schema: {name}:{types[name]} "
                f"New schema: {name}:{kind}"
            )
        if name in named:
            types[name] = kind
    return types


def with_definitions(table: Table, types: Mapping[str, str]) -> Table:
    """Keep the definitions of attributes that are keys of something (D201)."""
    used = {
        part.name
        for keys in (table.keys, *(index.keys for index in table.indexes))
        for part in keys
    }
    definitions = [
        {"AttributeName": name, "AttributeType": kind}
        for name, kind in types.items()
        if name in used
    ]
    return table.described(AttributeDefinitions=definitions)


def backfill(call: Call, table: Table, index: Index) -> None:
    """Enter the items that are there, but for those whose attributes cannot be keys (D199)."""
    only = replace(table, indexes=(index,))
    for key, item in all_items(call.database, table):
        try:
            require_index_keys(only, item)
        except DynamoDBError:
            continue
        write_entry(call.database, table, index, key, None, item)


def delete_index(call: Call, table: Table, given: Mapping[str, Any]) -> tuple[Table, Table]:
    index = global_index(table, given["IndexName"], "delete")
    index_totals(call.database, table, index)  # is shown once more
    call.database.drop_index(table, index)
    kept = tuple(each for each in table.indexes if each is not index)
    return with_definitions(replace(table, indexes=kept), table.types), table


def update_index(_: Call, table: Table, given: Mapping[str, Any]) -> tuple[Table, Table]:
    index = global_index(table, given["IndexName"], "update")
    description = dict(index.description)
    if given.get("ProvisionedThroughput"):
        require_other_units(index, given["ProvisionedThroughput"])
        description["ProvisionedThroughput"] = throughput(given["ProvisionedThroughput"])
    for name in ("OnDemandThroughput", "WarmThroughput"):
        if given.get(name):
            description[name] = given[name]
    changed = replace(index, description=description)
    indexes = tuple(changed if each is index else each for each in table.indexes)
    updated = replace(table, indexes=indexes)
    return updated, updated


def require_other_units(index: Index, wanted: Mapping[str, int]) -> None:
    there = index.description["ProvisionedThroughput"]
    names = ("ReadCapacityUnits", "WriteCapacityUnits")
    if all(there[name] == wanted[name] for name in names):
        current, requested = ([given[name] for name in names] for given in (there, wanted))
        raise validation(
            f"The provisioned throughput for the index {index.name} will not change. The requested "
            "value equals the current value. "
            f"Current ReadCapacityUnits provisioned for index {index.name}: {current[0]}. "
            f"Requested ReadCapacityUnits: {requested[0]}. "
            f"Current WriteCapacityUnits provisioned for index {index.name}: {current[1]}. "
            f"Requested WriteCapacityUnits: {requested[1]}. "
            "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
            "higher limits."
        )


def global_index(table: Table, name: str, verb: str) -> Index:
    index = table.index(name)
    if index is None:
        raise not_found(f"Requested resource not found: Index: {name} not found")
    if not index.is_global:
        raise validation(f"Cannot {verb} an index that is not a GlobalSecondaryIndex: {name}")
    return index


IndexChange = Callable[[Call, Table, Mapping[str, Any]], tuple[Table, Table]]
INDEX_CHANGES: dict[str, IndexChange] = {
    "Create": create_index,
    "Update": update_index,
    "Delete": delete_index,
}
