"""Fields that several operations share (dynamodb.md D38, D41, D43)."""

from visitplannr.dynamodb.checks.attribute_values import ATTRIBUTE_VALUE, ITEM
from visitplannr.dynamodb.checks.containers import Listing, Mapped, Structure
from visitplannr.dynamodb.checks.scalars import Boolean, Moment, Number, String
from visitplannr.dynamodb.checks.shapes import Shape

NAME = String(3, 255, "[a-zA-Z0-9_.-]+")
NAME_OF_ANY_LENGTH = String(pattern="[a-zA-Z0-9_.-]+")
ARN = String(1, 1283)
BACKUP_ARN = String(37, 1024)
TEXT = String()
TRUTH = Boolean()
ATTRIBUTE_NAME = String(1, 255)
LONG = Number(java_type="java.lang.Long")
POSITIVE_LONG = Number(1, java_type="java.lang.Long")
DATE = Moment()

CAPACITY = String(enum=("INDEXES", "TOTAL", "NONE"))
METRICS = String(enum=("SIZE", "NONE"))
BILLING = String(enum=("PROVISIONED", "PAY_PER_REQUEST"))
ON_FAILURE = String(enum=("ALL_OLD", "NONE"))
OPERATOR = String(
    enum=(
        *("IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT"),
        *("NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE", "CONTAINS"),
    )
)
CONDITION = Structure(
    "Condition",
    {"AttributeValueList": Listing(ATTRIBUTE_VALUE), "ComparisonOperator": OPERATOR},
    required=("ComparisonOperator",),
)
EXPECTED = Structure(
    "ExpectedAttributeValue",
    {
        "Value": ATTRIBUTE_VALUE,
        "Exists": TRUTH,
        "ComparisonOperator": OPERATOR,
        "AttributeValueList": Listing(ATTRIBUTE_VALUE),
    },
)
NAMES: dict[str, Shape] = {"ExpressionAttributeNames": Mapped(TEXT)}
NAMES_AND_VALUES: dict[str, Shape] = {**NAMES, "ExpressionAttributeValues": ITEM}
ATTRIBUTES_TO_GET = Listing(TEXT, least=1, most=255)
PROJECTED: dict[str, Shape] = {
    "AttributesToGet": ATTRIBUTES_TO_GET,
    "ProjectionExpression": TEXT,
    **NAMES,
}
CONDITIONAL: dict[str, Shape] = {
    "Expected": Mapped(EXPECTED),
    "ConditionalOperator": String(enum=("OR", "AND")),
    "ConditionExpression": TEXT,
    **NAMES_AND_VALUES,
    "ReturnValuesOnConditionCheckFailure": ON_FAILURE,
}
WRITTEN: dict[str, Shape] = {
    "TableName": NAME,
    "ReturnValues": String(enum=("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW")),
    "ReturnConsumedCapacity": CAPACITY,
    "ReturnItemCollectionMetrics": METRICS,
    **CONDITIONAL,
}
READ: dict[str, Shape] = {
    "Select": String(
        enum=("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
    ),
    "IndexName": NAME,
    "ReturnConsumedCapacity": CAPACITY,
    "QueryFilter": Mapped(CONDITION),
    "ScanFilter": Mapped(CONDITION),
    "TableName": NAME,
    "ConditionalOperator": String(enum=("OR", "AND")),
    "AttributesToGet": ATTRIBUTES_TO_GET,
    "Limit": Number(1),
    "KeyConditions": Mapped(CONDITION),
    "ConsistentRead": TRUTH,
    "ExclusiveStartKey": ITEM,
    "FilterExpression": TEXT,
    "ProjectionExpression": TEXT,
    **NAMES_AND_VALUES,
}


def only(fields: dict[str, Shape], *left_out: str) -> dict[str, Shape]:
    """Give fields without those that an operation does not have."""
    return {name: shape for name, shape in fields.items() if name not in left_out}
