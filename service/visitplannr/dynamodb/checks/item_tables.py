"""The fields of operations on items: single, query and scan, batches, transactions, PartiQL."""

from visitplannr.dynamodb.checks.attribute_values import ATTRIBUTE_VALUE, ITEM
from visitplannr.dynamodb.checks.containers import Listing, Mapped, Structure
from visitplannr.dynamodb.checks.fields import (
    CAPACITY,
    METRICS,
    NAME,
    NAMES,
    NAMES_AND_VALUES,
    ON_FAILURE,
    PROJECTED,
    READ,
    TEXT,
    TRUTH,
    WRITTEN,
    only,
)
from visitplannr.dynamodb.checks.scalars import Number, String
from visitplannr.dynamodb.checks.shapes import Shape

_ACTION: dict[str, Shape] = {
    "TableName": NAME,
    "ConditionExpression": TEXT,
    **NAMES_AND_VALUES,
    "ReturnValuesOnConditionCheckFailure": ON_FAILURE,
}
_WRITE_ACTION = Structure(
    "TransactWriteItem",
    {
        "ConditionCheck": Structure(
            "ConditionCheck",
            {"Key": ITEM, **_ACTION},
            required=("Key", "TableName", "ConditionExpression"),
        ),
        "Put": Structure("Put", {"Item": ITEM, **_ACTION}, required=("Item", "TableName")),
        "Delete": Structure("Delete", {"Key": ITEM, **_ACTION}, required=("Key", "TableName")),
        "Update": Structure(
            "Update",
            {"Key": ITEM, "UpdateExpression": TEXT, **_ACTION},
            required=("Key", "UpdateExpression", "TableName"),
        ),
    },
)
_GET_ACTION = Structure(
    "TransactGetItem",
    {
        "Get": Structure(
            "Get",
            {"TableName": NAME, "Key": ITEM, "ProjectionExpression": TEXT, **NAMES},
            required=("Key", "TableName"),
        )
    },
    required=("Get",),
)
_KEYS = Structure(
    "KeysAndAttributes",
    {"Keys": Listing(ITEM, least=1, most=100), "ConsistentRead": TRUTH, **PROJECTED},
    required=("Keys",),
)
_WRITE_REQUEST = Structure(
    "WriteRequest",
    {
        "PutRequest": Structure("PutRequest", {"Item": ITEM}, required=("Item",)),
        "DeleteRequest": Structure("DeleteRequest", {"Key": ITEM}, required=("Key",)),
    },
)
_UPDATE = Structure(
    "AttributeValueUpdate",
    {"Value": ATTRIBUTE_VALUE, "Action": String(enum=("ADD", "PUT", "DELETE"))},
)
_STATEMENT: dict[str, Shape] = {
    "Statement": String(1, 8192),
    "Parameters": Listing(ATTRIBUTE_VALUE, least=1),
    "ReturnValuesOnConditionCheckFailure": ON_FAILURE,
}

ITEM_OPERATIONS = {
    "GetItem": Structure(
        "GetItemInput",
        {
            "TableName": NAME,
            "Key": ITEM,
            "ConsistentRead": TRUTH,
            "ReturnConsumedCapacity": CAPACITY,
            **PROJECTED,
        },
        required=("TableName", "Key"),
    ),
    "PutItem": Structure("PutItemInput", {"Item": ITEM, **WRITTEN}, ("TableName", "Item")),
    "DeleteItem": Structure("DeleteItemInput", {"Key": ITEM, **WRITTEN}, ("TableName", "Key")),
    "UpdateItem": Structure(
        "UpdateItemInput",
        {"Key": ITEM, "AttributeUpdates": Mapped(_UPDATE), "UpdateExpression": TEXT, **WRITTEN},
        required=("TableName", "Key"),
    ),
    "Query": Structure(
        "QueryInput",
        {
            **only(READ, "ScanFilter"),
            "KeyConditionExpression": TEXT,
            "ScanIndexForward": TRUTH,
        },
        required=("TableName",),
    ),
    "Scan": Structure(
        "ScanInput",
        {
            **only(READ, "QueryFilter", "KeyConditions"),
            "TotalSegments": Number(1, 1_000_000),
            "Segment": Number(0, 999_999),
        },
        required=("TableName",),
    ),
    "BatchGetItem": Structure(
        "BatchGetItemInput",
        {
            "RequestItems": Mapped(_KEYS, least=1, most=100, keys=NAME),
            "ReturnConsumedCapacity": CAPACITY,
        },
        required=("RequestItems",),
    ),
    "BatchWriteItem": Structure(
        "BatchWriteItemInput",
        {
            "RequestItems": Mapped(
                Listing(_WRITE_REQUEST), least=1, most=25, keys=NAME, lengths=(1, 25)
            ),
            "ReturnConsumedCapacity": CAPACITY,
            "ReturnItemCollectionMetrics": METRICS,
        },
        required=("RequestItems",),
    ),
    "TransactGetItems": Structure(
        "TransactGetItemsInput",
        {
            "TransactItems": Listing(_GET_ACTION, least=1, most=100),
            "ReturnConsumedCapacity": CAPACITY,
        },
        required=("TransactItems",),
    ),
    "TransactWriteItems": Structure(
        "TransactWriteItemsInput",
        {
            "TransactItems": Listing(_WRITE_ACTION, least=1, most=100),
            "ReturnConsumedCapacity": CAPACITY,
            "ReturnItemCollectionMetrics": METRICS,
            "ClientRequestToken": String(1, 36),
        },
        required=("TransactItems",),
    ),
    "ExecuteStatement": Structure(
        "ExecuteStatementInput",
        {
            **_STATEMENT,
            "ConsistentRead": TRUTH,
            "NextToken": String(1, 32768),
            "ReturnConsumedCapacity": CAPACITY,
            "Limit": Number(1),
        },
        required=("Statement",),
    ),
    "BatchExecuteStatement": Structure(
        "BatchExecuteStatementInput",
        {
            "Statements": Listing(
                Structure(
                    "BatchStatementRequest",
                    {**_STATEMENT, "ConsistentRead": TRUTH},
                    required=("Statement",),
                ),
                least=1,
                most=25,
            ),
            "ReturnConsumedCapacity": CAPACITY,
        },
        required=("Statements",),
    ),
    "ExecuteTransaction": Structure(
        "ExecuteTransactionInput",
        {
            "TransactStatements": Listing(
                Structure("ParameterizedStatement", _STATEMENT, required=("Statement",)),
                least=1,
                most=100,
            ),
            "ClientRequestToken": String(1, 36),
            "ReturnConsumedCapacity": CAPACITY,
        },
        required=("TransactStatements",),
    ),
}
