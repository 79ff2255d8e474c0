"""From CloudFormation's properties of a table to DynamoDB's requests.

CloudFormation user guide, "AWS::DynamoDB::Table" and "AWS::DynamoDB::GlobalTable". Templates may
give numbers and booleans as text.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Properties = Mapping[str, Any]
Request = dict[str, Any]
_AS_GIVEN = ("AttributeDefinitions", "KeySchema", "BillingMode", "TableClass")
_INDEX = ("IndexName", "KeySchema", "Projection")


def of_global_table(properties: Properties, region: str) -> Properties:
    """Give the properties of a plain table: what a global one says of its replica in `region`."""
    replicas = properties.get("Replicas") or ()
    replica: Properties = next((one for one in replicas if one.get("Region") == region), {})
    capacity = {
        "ReadCapacityUnits": _capacity({**properties, **replica}, "Read"),
        "WriteCapacityUnits": _capacity(properties, "Write"),
    }
    indexes = [
        {**index, "ProvisionedThroughput": _index_capacity(index, replica)}
        for index in properties.get("GlobalSecondaryIndexes") or ()
    ]
    of_replica = (
        "DeletionProtectionEnabled",
        "PointInTimeRecoverySpecification",
        "TableClass",
        "Tags",
    )
    return {
        **properties,
        **{name: replica[name] for name in of_replica if name in replica},
        "ProvisionedThroughput": capacity,
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    }


def create_request(name: str, properties: Properties) -> Request:
    """Make the CreateTable request for a table."""
    request: Request = {"TableName": name, **_given(properties, _AS_GIVEN)}
    if local := properties.get("LocalSecondaryIndexes"):
        request["LocalSecondaryIndexes"] = [_given(index, _INDEX) for index in local]
    if indexes := properties.get("GlobalSecondaryIndexes"):
        request["GlobalSecondaryIndexes"] = [_index(index, properties) for index in indexes]
    if not _is_on_demand(properties):
        request["ProvisionedThroughput"] = _units(properties)
    if view := _view(properties):
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
    if encryption := properties.get("SSESpecification"):
        request["SSESpecification"] = _encryption(encryption)
    if _is_true(properties.get("DeletionProtectionEnabled")):
        request["DeletionProtectionEnabled"] = True
    return request


def is_replaced(there: Mapping[str, Any], properties: Properties) -> bool:
    """Say whether a table as DescribeTable gives it cannot become what the properties want."""
    wanted = {one["AttributeName"]: one["AttributeType"] for one in _definitions(properties)}
    types = {one["AttributeName"]: one["AttributeType"] for one in _definitions(there)}
    return (
        _keys(there) != _keys(properties)
        or any(wanted.get(name, type_) != type_ for name, type_ in types.items())
        or _local_indexes(there) != _local_indexes(properties)
    )


def update_requests(there: Mapping[str, Any], properties: Properties) -> Iterator[Request]:
    """Make the UpdateTable requests that bring a table to its properties, in their order.

    DynamoDB makes or deletes one global index at a time, and enables a stream of another view only
    once the old one is disabled.
    """
    name = there["TableName"]
    for change in (
        *_capacity_changes(there, properties),
        *_stream_changes(there, properties),
        *_setting_changes(there, properties),
    ):
        yield {"TableName": name, **change}
    for update in _index_changes(there, properties):
        definitions = {"AttributeDefinitions": properties["AttributeDefinitions"]}
        needed = definitions if "Create" in update else {}
        yield {"TableName": name, **needed, "GlobalSecondaryIndexUpdates": [update]}


def ttl_request(name: str, there: Mapping[str, Any], properties: Properties) -> Request | None:
    """Make the UpdateTimeToLive request, if one is needed."""
    wanted = properties.get("TimeToLiveSpecification") or {}
    enables = _is_true(wanted.get("Enabled"))
    enabled = there.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}
    if not enables and not enabled:
        return None
    attribute = wanted.get("AttributeName") if enables else there["AttributeName"]
    if enables and enabled and there.get("AttributeName") == attribute:
        return None
    specification = {"AttributeName": attribute, "Enabled": enables}
    return {"TableName": name, "TimeToLiveSpecification": specification}


def _capacity_changes(there: Mapping[str, Any], properties: Properties) -> Iterator[Request]:
    was_on_demand = _mode(there) == "PAY_PER_REQUEST"
    if _is_on_demand(properties):
        if not was_on_demand:
            yield {"BillingMode": "PAY_PER_REQUEST"}
        return
    wanted = _units(properties)
    if was_on_demand:
        indexes_wanted = properties.get("GlobalSecondaryIndexes") or ()
        units = {index["IndexName"]: _units(index) for index in indexes_wanted}
        updates = [  # one that is to be deleted needs some, too
            {"Update": {"IndexName": name, "ProvisionedThroughput": units.get(name, wanted)}}
            for name in (one["IndexName"] for one in there.get("GlobalSecondaryIndexes") or ())
        ]
        indexes = {"GlobalSecondaryIndexUpdates": updates} if updates else {}
        yield {"BillingMode": "PROVISIONED", "ProvisionedThroughput": wanted, **indexes}
    elif _given(there["ProvisionedThroughput"], wanted) != wanted:
        yield {"ProvisionedThroughput": wanted}


def _stream_changes(there: Mapping[str, Any], properties: Properties) -> Iterator[Request]:
    is_enabled = _is_true((there.get("StreamSpecification") or {}).get("StreamEnabled"))
    view = there["StreamSpecification"]["StreamViewType"] if is_enabled else None
    wanted = _view(properties)
    if wanted == view:
        return
    if view:
        yield {"StreamSpecification": {"StreamEnabled": False}}
    if wanted:
        yield {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": wanted}}


def _setting_changes(there: Mapping[str, Any], properties: Properties) -> Iterator[Request]:
    is_protected = _is_true(properties.get("DeletionProtectionEnabled"))
    if is_protected != _is_true(there.get("DeletionProtectionEnabled")):
        yield {"DeletionProtectionEnabled": is_protected}
    class_ = properties.get("TableClass", "STANDARD")
    if class_ != (there.get("TableClassSummary") or {}).get("TableClass", "STANDARD"):
        yield {"TableClass": class_}
    encryption = _encryption(properties.get("SSESpecification") or {})
    is_encrypted = (there.get("SSEDescription") or {}).get("Status") == "ENABLED"
    if encryption["Enabled"] != is_encrypted:
        yield {"SSESpecification": encryption}


def _index_changes(there: Mapping[str, Any], properties: Properties) -> Iterator[Request]:
    """Delete, change and create indexes; one with other keys or another projection is made anew."""
    old = {index["IndexName"]: index for index in there.get("GlobalSecondaryIndexes") or ()}
    new = {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes") or ()}
    for name, index in old.items():
        if name not in new or _shape(index) != _shape(new[name]):
            yield {"Delete": {"IndexName": name}}
    for name, index in new.items():
        if name not in old or _shape(index) != _shape(old[name]):
            yield {"Create": _index(index, properties)}
        elif not _is_on_demand(properties) and _mode(there) != "PAY_PER_REQUEST":
            wanted = _units(index)
            if _given(old[name].get("ProvisionedThroughput") or {}, wanted) != wanted:
                yield {"Update": {"IndexName": name, "ProvisionedThroughput": wanted}}


def _index(index: Properties, table: Properties) -> Request:
    capacity = {} if _is_on_demand(table) else {"ProvisionedThroughput": _units(index)}
    return _given(index, _INDEX) | capacity


def _shape(index: Mapping[str, Any]) -> tuple[Any, ...]:
    projection = index["Projection"]
    included = sorted(projection.get("NonKeyAttributes") or ())
    return _keys(index), projection.get("ProjectionType", "ALL"), included


def _local_indexes(table: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {one["IndexName"]: _shape(one) for one in table.get("LocalSecondaryIndexes") or ()}


def _keys(schema: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(key["AttributeName"], key["KeyType"]) for key in schema.get("KeySchema") or ()]


def _definitions(table: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    return table.get("AttributeDefinitions") or ()


def _is_on_demand(properties: Properties) -> bool:
    return properties.get("BillingMode") == "PAY_PER_REQUEST"


def _mode(there: Mapping[str, Any]) -> str:
    return str((there.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED"))


def _view(properties: Properties) -> str | None:
    return (properties.get("StreamSpecification") or {}).get("StreamViewType")


def _encryption(given: Properties) -> Request:
    enabled = {"Enabled": _is_true(given.get("SSEEnabled"))}
    return enabled | _given(given, ("KMSMasterKeyId", "SSEType"))


def _units(described: Properties) -> Request:
    given = described.get("ProvisionedThroughput") or {}
    return {name: int(units) for name, units in given.items()}


def _capacity(settings: Properties, kind: str) -> Any:
    """Give the units of a global table, which scale between two bounds: the lower one."""
    given = settings.get(f"{kind}ProvisionedThroughputSettings") or {}
    scaling = given.get(f"{kind}CapacityAutoScalingSettings") or {}
    return given.get(f"{kind}CapacityUnits", scaling.get("MinCapacity", 5))


def _index_capacity(index: Properties, replica: Properties) -> Request:
    of_replica = replica.get("GlobalSecondaryIndexes") or ()
    read: Properties = next(
        (one for one in of_replica if one["IndexName"] == index["IndexName"]), {}
    )
    return {
        "ReadCapacityUnits": _capacity({**index, **read}, "Read"),
        "WriteCapacityUnits": _capacity(index, "Write"),
    }


def _given(properties: Mapping[str, Any], names: Sequence[str] | Mapping[str, Any]) -> Request:
    return {name: properties[name] for name in names if name in properties}


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"
