"""UpdateTimeToLive and DescribeTimeToLive (dynamodb.md D227 to D229)."""

from dataclasses import replace

from visitplannr.dynamodb.errors import validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.storage.expiry import expiry_of
from visitplannr.dynamodb.storage.items import all_items
from visitplannr.dynamodb.storage.schema import Table

BETWEEN_CHANGES = 3600


def update_time_to_live(call: Call) -> Answer:
    body = call.body
    table = call.described_table(body["TableName"])
    given = body["TimeToLiveSpecification"]
    require_change(call, table, given["AttributeName"], enabled=given["Enabled"])
    expiry = given["AttributeName"] if given["Enabled"] else None
    changed = replace(
        table, expiry=expiry, settings={**table.settings, "time_to_live_changed": call.now}
    )
    with call.database.writing():
        call.database.save(changed)
        fill_expiry(call, changed)
    return {"TimeToLiveSpecification": given}


def require_change(call: Call, table: Table, attribute: str, *, enabled: bool) -> None:
    if enabled and table.expiry:
        raise validation(
            "TimeToLive is already enabled"
            if attribute == table.expiry
            else "TimeToLive is active on a different AttributeName: "
            f"current AttributeName is {table.expiry}"
        )
    if not enabled and not table.expiry:
        raise validation("TimeToLive is already disabled")
    if not enabled and attribute != table.expiry:
        raise validation(
            "TimeToLive is active on a different AttributeName: "
            f"current AttributeName is {table.expiry}"
        )
    if call.now - table.settings.get("time_to_live_changed", -BETWEEN_CHANGES) < BETWEEN_CHANGES:
        raise validation("Time to live has been modified multiple times within a fixed interval")


def fill_expiry(call: Call, table: Table) -> None:
    """Note when the items that are there expire, in a transaction."""
    rows = f"expiry_{table.number}"
    call.database.execute(f"DELETE FROM {rows}")  # noqa: S608
    if table.expiry is None:
        return
    for key, item in all_items(call.database, table):
        at = expiry_of(item, table.expiry)
        if at is not None:
            call.database.execute(f"INSERT INTO {rows} VALUES (?, ?, ?)", (at, *key))  # noqa: S608


def describe_time_to_live(call: Call) -> Answer:
    table = call.described_table(call.body["TableName"])
    described = {"TimeToLiveStatus": "DISABLED"}
    if table.expiry:
        described = {"TimeToLiveStatus": "ENABLED", "AttributeName": table.expiry}
    return {"TimeToLiveDescription": described}
