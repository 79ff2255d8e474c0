"""What happens by itself: items expire, stream records are trimmed, tokens are forgotten."""

from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.changes import change_item
from visitplannr.dynamodb.storage.expiry import expired
from visitplannr.dynamodb.storage.items import read_item
from visitplannr.dynamodb.storage.records import trim
from visitplannr.dynamodb.storage.schema import Table

AT_ONCE = 500
TOKEN_SECONDS = 600


def keep_house(call: Call) -> Answer:
    for table in list(call.database.tables.values()):
        if table.expiry:
            while expire(call, table) == AT_ONCE:
                pass
    database = call.database
    (old,) = database.execute(
        "SELECT EXISTS (SELECT 1 FROM tokens WHERE time <= ?)", (call.now - TOKEN_SECONDS,)
    ).fetchone()
    if old or call.now - database.trimmed > 60:
        with database.writing():
            database.execute("DELETE FROM tokens WHERE time <= ?", (call.now - TOKEN_SECONDS,))
            trim(database, call.now)
        database.trimmed = call.now
    return {}


def expire(call: Call, table: Table) -> int:
    """Delete items whose time has come, with their stream records (dynamodb.md D230, D226)."""
    keys = expired(call.database, table, call.now, AT_ONCE)
    if keys:
        with call.database.writing():
            for key in keys:
                old = read_item(call.database, table, key)
                change_item(call, table, key, old, None, expired=True)
    return len(keys)
