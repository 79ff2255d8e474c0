"""Whether a new table's or index's parts fit each other (dynamodb.md D192 to D207)."""

from collections.abc import Mapping, Sequence
from typing import Any

from visitplannr.dynamodb.errors import invalid_parameter, validation

MOST_UNITS = 1_000_000_000_000
MOST_LOCAL = 5
MOST_GLOBAL = 20
MOST_OF_A_KIND = 4
LONGEST_NAME = 255
Elements = Sequence[Mapping[str, str]]


def require_new_table(body: Mapping[str, Any]) -> None:
    """Check CreateTable's request in AWS's order (D204)."""
    require_throughput(body)
    definitions = body["AttributeDefinitions"]
    require_name_lengths(definitions)
    if len(body["KeySchema"]) > len(definitions):
        raise validation("Invalid KeySchema: Some index key attribute have no definition")
    require_key_schema(body["KeySchema"], definitions)
    require_single_keys(body["KeySchema"])
    if all(body.get(f"{kind}SecondaryIndexes") is None for kind in ("Local", "Global")):
        require_no_spares(body["KeySchema"], definitions)
    names: set[str] = set()
    require_local_indexes(body, names)
    require_global_indexes(body, names)
    require_definitions_used(body)


def require_throughput(body: Mapping[str, Any]) -> None:
    """Check throughput against the billing mode (D205)."""
    given = body.get("ProvisionedThroughput")
    if body.get("BillingMode") == "PAY_PER_REQUEST":
        if given:
            raise invalid_parameter(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                "BillingMode is PAY_PER_REQUEST"
            )
        return
    if not given:
        raise invalid_parameter(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when "
            "BillingMode is PROVISIONED"
        )
    require_bounds(given)


def require_bounds(given: Mapping[str, int]) -> None:
    for name in ("ReadCapacityUnits", "WriteCapacityUnits"):
        if given[name] > MOST_UNITS:
            raise validation(f"Given value {given[name]} for {name} is out of bounds")


def require_name_lengths(definitions: Elements) -> None:
    """Refuse a key attribute's name over 255 bytes before anything else of the schema (D74)."""
    for each in definitions:
        name = each["AttributeName"]
        if len(name.encode()) > LONGEST_NAME:
            raise validation(
                f"1 validation error detected: Value '{name}' at 'attributeDefinitions' failed to "
                f"satisfy constraint: Member must have length less than or equal to {LONGEST_NAME}"
            )
    names = [each["AttributeName"] for each in definitions]
    for name in names:
        if names.count(name) > 1:
            raise validation(f"Attribute Name is duplicated: {name}")


def require_key_schema(elements: Elements, definitions: Elements) -> None:
    """Check that a key schema's attributes are defined, and different (D206)."""
    keys = [each["AttributeName"] for each in elements]
    defined = [each["AttributeName"] for each in definitions]
    if not set(keys) <= set(defined):
        raise invalid_parameter(
            "Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: [{', '.join(keys)}], AttributeDefinitions: [{', '.join(defined)}]"
        )
    if len(set(keys)) != len(keys):
        raise validation(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name"
            if len(keys) == 2
            else "The KeySchema contains multiple key attributes with the same name"
        )


def require_single_keys(elements: Elements) -> None:
    """Check that there is one HASH, then perhaps one RANGE."""
    kinds = [each["KeyType"] for each in elements]
    if kinds[0] != "HASH":
        raise validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if kinds[1:] and kinds[1] != "RANGE":
        raise validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
    if len(kinds) > 2:
        raise validation(
            "Invalid KeySchema: a KeySchema may have at most 2 elements, HASH and RANGE"
        )


def require_several_keys(elements: Elements) -> None:
    """Check a global index's keys: up to four HASH, then up to four RANGE (D202)."""
    kinds = [each["KeyType"] for each in elements]
    if len(kinds) <= 2 and "HASH" in kinds[:1]:
        if kinds[1:] == ["HASH"]:
            return
        require_single_keys(elements)
        return
    if kinds[0] != "HASH":
        require_single_keys(elements[:2])
    if kinds != sorted(kinds):
        raise invalid_parameter(
            "All HASH key attributes must precede RANGE key attributes in the KeySchema"
        )
    for kind in ("HASH", "RANGE"):
        if kinds.count(kind) > MOST_OF_A_KIND:
            raise invalid_parameter(
                f"The KeySchema exceeds the maximum allowed number of {kind} key attributes"
            )


def require_no_spares(elements: Elements, definitions: Elements) -> None:
    if len(elements) != len(definitions):
        raise invalid_parameter(
            "Number of attributes in KeySchema does not exactly match number of attributes defined "
            "in AttributeDefinitions"
        )


def require_definitions_used(body: Mapping[str, Any]) -> None:
    """Refuse a definition that no key uses (D207)."""
    schemas = [body["KeySchema"]]
    for member in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        schemas += [index["KeySchema"] for index in body.get(member) or ()]
    used = list(dict.fromkeys(each["AttributeName"] for elements in schemas for each in elements))
    defined = [each["AttributeName"] for each in body["AttributeDefinitions"]]
    if set(used) != set(defined):
        raise invalid_parameter(
            "Some AttributeDefinitions are not used. "
            f"AttributeDefinitions: [{', '.join(defined)}], keys used: [{', '.join(used)}]"
        )


def require_local_indexes(body: Mapping[str, Any], names: set[str]) -> None:
    """Check the local indexes (D193, D194)."""
    indexes = body.get("LocalSecondaryIndexes")
    if indexes is None:
        return
    if not indexes:
        raise invalid_parameter("List of LocalSecondaryIndexes is empty")
    if len(body["KeySchema"]) != 2:
        raise invalid_parameter(
            "Table KeySchema does not have a range key, which is required when specifying a "
            "LocalSecondaryIndex"
        )
    table_hash = body["KeySchema"][0]["AttributeName"]
    for index in indexes:
        require_local_index(index, table_hash, body["AttributeDefinitions"])
        require_new_name(index["IndexName"], names)
    if len(indexes) > MOST_LOCAL:
        raise invalid_parameter(
            f"Number of LocalSecondaryIndexes exceeds per-table limit of {MOST_LOCAL}"
        )


def require_local_index(index: Mapping[str, Any], table_hash: str, definitions: Elements) -> None:
    elements, name = index["KeySchema"], index["IndexName"]
    require_key_schema(elements, definitions)
    require_single_keys(elements)
    if len(elements) != 2:
        raise invalid_parameter(f"Index KeySchema does not have a range key for index: {name}")
    if elements[0]["AttributeName"] != table_hash:
        raise invalid_parameter(
            "Index KeySchema does not have the same leading hash key as table KeySchema for "
            f"index: {name}. index hash key: {elements[0]['AttributeName']}, "
            f"table hash key: {table_hash}"
        )
    require_projection(index["Projection"])


def require_global_indexes(body: Mapping[str, Any], names: set[str]) -> None:
    """Check the global indexes (D194, D202, D205)."""
    indexes = body.get("GlobalSecondaryIndexes")
    if indexes is None:
        return
    if not indexes:
        raise invalid_parameter("List of GlobalSecondaryIndexes is empty")
    by_request = body.get("BillingMode") == "PAY_PER_REQUEST"
    for index in indexes:
        require_global_index(index, body["AttributeDefinitions"], by_request=by_request)
        require_new_name(index["IndexName"], names)
    if len(indexes) > MOST_GLOBAL:
        raise invalid_parameter(
            f"GlobalSecondaryIndex count exceeds the per-table limit of {MOST_GLOBAL}"
        )


def require_global_index(
    index: Mapping[str, Any], definitions: Elements, *, by_request: bool
) -> None:
    require_key_schema(index["KeySchema"], definitions)
    require_several_keys(index["KeySchema"])
    require_projection(index["Projection"])
    given, name = index.get("ProvisionedThroughput"), index["IndexName"]
    if given and by_request:
        raise invalid_parameter(
            f"ProvisionedThroughput should not be specified for index: {name} "
            "when BillingMode is PAY_PER_REQUEST"
        )
    if given:
        require_bounds(given)
    elif not by_request:
        raise invalid_parameter(f"ProvisionedThroughput is not specified for index: {name}")


def require_new_name(name: str, names: set[str]) -> None:
    if name in names:
        raise invalid_parameter(f"Duplicate index name: {name}")
    names.add(name)


def require_projection(projection: Mapping[str, Any]) -> None:
    """Check a projection (D195, D74)."""
    kind, named = projection.get("ProjectionType"), projection.get("NonKeyAttributes")
    if kind is None:
        raise invalid_parameter("Unknown ProjectionType: null")
    if named is not None and kind != "INCLUDE":
        raise invalid_parameter(f"ProjectionType is {kind}, but NonKeyAttributes is specified")
    if kind == "INCLUDE" and not named:
        raise invalid_parameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
    for name in named or ():
        if not 1 <= len(name.encode()) <= LONGEST_NAME:
            raise invalid_parameter(
                "Attribute names in NonKeyAttributes must have a length of 1 to "
                f"{LONGEST_NAME} bytes"
            )
        if (named or ()).count(name) > 1:
            raise invalid_parameter(f"Duplicate element in NonKeyAttributes: {name}")
