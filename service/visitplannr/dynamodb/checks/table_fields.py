"""Parts of tables' schemas in requests, which several operations share."""

from visitplannr.dynamodb.checks.containers import Listing, Structure
from visitplannr.dynamodb.checks.fields import (
    ATTRIBUTE_NAME,
    BILLING,
    LONG,
    NAME,
    NAME_OF_ANY_LENGTH,
    POSITIVE_LONG,
    TEXT,
    TRUTH,
)
from visitplannr.dynamodb.checks.scalars import String
from visitplannr.dynamodb.checks.shapes import Shape

THROUGHPUT = Structure(
    "ProvisionedThroughput",
    {"WriteCapacityUnits": POSITIVE_LONG, "ReadCapacityUnits": POSITIVE_LONG},
    required=("WriteCapacityUnits", "ReadCapacityUnits"),
)
ON_DEMAND = Structure(
    "OnDemandThroughput", {"MaxReadRequestUnits": LONG, "MaxWriteRequestUnits": LONG}
)
WARM = Structure("WarmThroughput", {"ReadUnitsPerSecond": LONG, "WriteUnitsPerSecond": LONG})
KEY_ELEMENT = Structure(
    "KeySchemaElement",
    {"AttributeName": ATTRIBUTE_NAME, "KeyType": String(enum=("HASH", "RANGE"))},
    required=("AttributeName", "KeyType"),
)
SINGLE_KEY = Listing(KEY_ELEMENT, least=1, most=2)
SEVERAL_KEYS = Listing(KEY_ELEMENT, least=1, most=8)
PROJECTION = Structure(
    "Projection",
    {
        "ProjectionType": String(enum=("ALL", "INCLUDE", "KEYS_ONLY")),
        "NonKeyAttributes": Listing(ATTRIBUTE_NAME, least=1, most=20),
    },
)
INDEX_REQUIRED = ("IndexName", "KeySchema", "Projection")
LOCAL_INDEX = Structure(
    "LocalSecondaryIndex",
    {"IndexName": NAME, "KeySchema": SINGLE_KEY, "Projection": PROJECTION},
    INDEX_REQUIRED,
)
INDEX_CAPACITY: dict[str, Shape] = {
    "ProvisionedThroughput": THROUGHPUT,
    "OnDemandThroughput": ON_DEMAND,
    "WarmThroughput": WARM,
}
GLOBAL_INDEX_FIELDS: dict[str, Shape] = {
    "IndexName": NAME,
    "KeySchema": SEVERAL_KEYS,
    "Projection": PROJECTION,
    **INDEX_CAPACITY,
}
GLOBAL_INDEX = Structure("GlobalSecondaryIndex", GLOBAL_INDEX_FIELDS, INDEX_REQUIRED)
INDEX_UPDATE = Structure(
    "GlobalSecondaryIndexUpdate",
    {
        "Create": Structure(
            "CreateGlobalSecondaryIndexAction", GLOBAL_INDEX_FIELDS, INDEX_REQUIRED
        ),
        "Update": Structure(
            "UpdateGlobalSecondaryIndexAction",
            {"IndexName": NAME, **INDEX_CAPACITY},
            required=("IndexName",),
        ),
        "Delete": Structure(
            "DeleteGlobalSecondaryIndexAction", {"IndexName": NAME}, required=("IndexName",)
        ),
    },
)
DEFINITION = Structure(
    "AttributeDefinition",
    {"AttributeName": ATTRIBUTE_NAME, "AttributeType": String(enum=("B", "N", "S"))},
    required=("AttributeName", "AttributeType"),
)
STREAM_SPECIFICATION = Structure(
    "StreamSpecification",
    {
        "StreamEnabled": TRUTH,
        "StreamViewType": String(
            enum=("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")
        ),
    },
    required=("StreamEnabled",),
)
ENCRYPTION = Structure(
    "SSESpecification",
    {"Enabled": TRUTH, "SSEType": String(enum=("AES256", "KMS")), "KMSMasterKeyId": TEXT},
)
TAGS = Listing(
    Structure("Tag", {"Key": String(1, 128), "Value": String(0, 256)}, required=("Key", "Value"))
)
OPEN_TAGS = Listing(Structure("Tag", {"Key": TEXT, "Value": TEXT}))
# Fields of vector indexes are not looked at: there are none here.
VECTOR_INDEX = Structure("VectorIndex", {})
VECTOR_INDEX_UPDATE = Structure("VectorIndexUpdate", {})
REPLICATION_MODE = String(enum=("ENABLED", "DISABLED", "ENABLED_WITH_OVERRIDES"))
TABLE: dict[str, Shape] = {
    "TableName": NAME_OF_ANY_LENGTH,
    "AttributeDefinitions": Listing(DEFINITION),
    "BillingMode": BILLING,
    "ProvisionedThroughput": THROUGHPUT,
    "StreamSpecification": STREAM_SPECIFICATION,
    "SSESpecification": ENCRYPTION,
    "TableClass": String(enum=("STANDARD", "STANDARD_INFREQUENT_ACCESS")),
    "DeletionProtectionEnabled": TRUTH,
    "OnDemandThroughput": ON_DEMAND,
    "WarmThroughput": WARM,
}
_REPLICA_CAPACITY: dict[str, Shape] = {
    "ProvisionedThroughputOverride": Structure(
        "ProvisionedThroughputOverride", {"ReadCapacityUnits": POSITIVE_LONG}
    ),
    "OnDemandThroughputOverride": Structure(
        "OnDemandThroughputOverride", {"MaxReadRequestUnits": LONG}
    ),
}
_REPLICA: dict[str, Shape] = {
    "RegionName": TEXT,
    "KMSMasterKeyId": TEXT,
    **_REPLICA_CAPACITY,
    "GlobalSecondaryIndexes": Listing(
        Structure(
            "ReplicaGlobalSecondaryIndex",
            {"IndexName": NAME, **_REPLICA_CAPACITY},
            required=("IndexName",),
        ),
        least=1,
    ),
    "TableClassOverride": TABLE["TableClass"],
}
REPLICA_UPDATE = Structure(
    "ReplicationGroupUpdate",
    {
        "Create": Structure("CreateReplicationGroupMemberAction", _REPLICA, ("RegionName",)),
        "Update": Structure("UpdateReplicationGroupMemberAction", _REPLICA, ("RegionName",)),
        "Delete": Structure(
            "DeleteReplicationGroupMemberAction", {"RegionName": TEXT}, ("RegionName",)
        ),
    },
)


def of_table(name: str, **fields: Shape) -> Structure:
    """Make a structure of TableName, which is checked by itself, and of required fields."""
    return Structure(name, {"TableName": NAME_OF_ANY_LENGTH, **fields}, tuple(fields))
