"""Arguments of item operations: checked values, parsed expressions, before any table is looked up.

`checks.check` comes first (JSON types and constraints). What is here does the rest of what AWS
checks before the table (dynamodb.md D234, steps 7 to 14): parameters that exclude each other,
values, old-style rules, expressions, what is unused, an item's size. Each function takes the
request's body, which it does not change, and raises DynamoDBError.
"""

from visitplannr.dynamodb.arguments.batches import batch_get, batch_write
from visitplannr.dynamodb.arguments.items import Change, Delete, Get, Put, change, delete, get, put
from visitplannr.dynamodb.arguments.reads import Query, Read, query, scan
from visitplannr.dynamodb.arguments.transactions import transact_get, transact_write

__all__ = [
    "Change",
    "Delete",
    "Get",
    "Put",
    "Query",
    "Read",
    "batch_get",
    "batch_write",
    "change",
    "delete",
    "get",
    "put",
    "query",
    "scan",
    "transact_get",
    "transact_write",
]
