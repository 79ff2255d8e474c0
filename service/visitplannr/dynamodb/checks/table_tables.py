"""The fields of operations on tables: life, TTL, tags, backups, insights, and on streams."""

from visitplannr.dynamodb.checks.containers import Listing, Structure
from visitplannr.dynamodb.checks.fields import (
    ARN,
    ATTRIBUTE_NAME,
    BACKUP_ARN,
    BILLING,
    DATE,
    LONG,
    NAME,
    NAME_OF_ANY_LENGTH,
    POSITIVE_LONG,
    TEXT,
    TRUTH,
)
from visitplannr.dynamodb.checks.scalars import Number, String
from visitplannr.dynamodb.checks.shapes import Shape

_THROUGHPUT = Structure(
    "ProvisionedThroughput",
    {"WriteCapacityUnits": POSITIVE_LONG, "ReadCapacityUnits": POSITIVE_LONG},
    required=("WriteCapacityUnits", "ReadCapacityUnits"),
)
_ON_DEMAND = Structure(
    "OnDemandThroughput", {"MaxReadRequestUnits": LONG, "MaxWriteRequestUnits": LONG}
)
_WARM = Structure("WarmThroughput", {"ReadUnitsPerSecond": LONG, "WriteUnitsPerSecond": LONG})
_KEY_ELEMENT = Structure(
    "KeySchemaElement",
    {"AttributeName": ATTRIBUTE_NAME, "KeyType": String(enum=("HASH", "RANGE"))},
    required=("AttributeName", "KeyType"),
)
_SINGLE_KEY = Listing(_KEY_ELEMENT, least=1, most=2)
_SEVERAL_KEYS = Listing(_KEY_ELEMENT, least=1, most=8)
_PROJECTION = Structure(
    "Projection",
    {
        "ProjectionType": String(enum=("ALL", "INCLUDE", "KEYS_ONLY")),
        "NonKeyAttributes": Listing(ATTRIBUTE_NAME, least=1, most=20),
    },
)
_INDEX_REQUIRED = ("IndexName", "KeySchema", "Projection")
_LOCAL_INDEX = Structure(
    "LocalSecondaryIndex",
    {"IndexName": NAME, "KeySchema": _SINGLE_KEY, "Projection": _PROJECTION},
    _INDEX_REQUIRED,
)
_INDEX_CAPACITY: dict[str, Shape] = {
    "ProvisionedThroughput": _THROUGHPUT,
    "OnDemandThroughput": _ON_DEMAND,
    "WarmThroughput": _WARM,
}
_GLOBAL: dict[str, Shape] = {
    "IndexName": NAME,
    "KeySchema": _SEVERAL_KEYS,
    "Projection": _PROJECTION,
    **_INDEX_CAPACITY,
}
_GLOBAL_INDEX = Structure("GlobalSecondaryIndex", _GLOBAL, _INDEX_REQUIRED)
_INDEX_UPDATE = Structure(
    "GlobalSecondaryIndexUpdate",
    {
        "Create": Structure("CreateGlobalSecondaryIndexAction", _GLOBAL, _INDEX_REQUIRED),
        "Update": Structure(
            "UpdateGlobalSecondaryIndexAction",
            {"IndexName": NAME, **_INDEX_CAPACITY},
            required=("IndexName",),
        ),
        "Delete": Structure(
            "DeleteGlobalSecondaryIndexAction", {"IndexName": NAME}, required=("IndexName",)
        ),
    },
)
_DEFINITION = Structure(
    "AttributeDefinition",
    {"AttributeName": ATTRIBUTE_NAME, "AttributeType": String(enum=("B", "N", "S"))},
    required=("AttributeName", "AttributeType"),
)
_STREAM = Structure(
    "StreamSpecification",
    {
        "StreamEnabled": TRUTH,
        "StreamViewType": String(
            enum=("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")
        ),
    },
    required=("StreamEnabled",),
)
_ENCRYPTION = Structure(
    "SSESpecification",
    {"Enabled": TRUTH, "SSEType": String(enum=("AES256", "KMS")), "KMSMasterKeyId": TEXT},
)
_TAGS = Listing(
    Structure("Tag", {"Key": String(1, 128), "Value": String(0, 256)}, required=("Key", "Value"))
)
_OPEN_TAGS = Listing(Structure("Tag", {"Key": TEXT, "Value": TEXT}))
_TABLE: dict[str, Shape] = {
    "TableName": NAME_OF_ANY_LENGTH,
    "AttributeDefinitions": Listing(_DEFINITION),
    "BillingMode": BILLING,
    "ProvisionedThroughput": _THROUGHPUT,
    "StreamSpecification": _STREAM,
    "SSESpecification": _ENCRYPTION,
    "TableClass": String(enum=("STANDARD", "STANDARD_INFREQUENT_ACCESS")),
    "DeletionProtectionEnabled": TRUTH,
    "OnDemandThroughput": _ON_DEMAND,
    "WarmThroughput": _WARM,
}
_RESTORED: dict[str, Shape] = {
    "TargetTableName": NAME,
    "BillingModeOverride": BILLING,
    "GlobalSecondaryIndexOverride": Listing(_GLOBAL_INDEX),
    "LocalSecondaryIndexOverride": Listing(_LOCAL_INDEX),
    "ProvisionedThroughputOverride": _THROUGHPUT,
    "OnDemandThroughputOverride": _ON_DEMAND,
    "SSESpecificationOverride": _ENCRYPTION,
}
_SHARD = String(28, 65)


def _of_table(name: str, **fields: Shape) -> Structure:
    """Make a structure of TableName, which is checked by itself, and of required fields."""
    return Structure(name, {"TableName": NAME_OF_ANY_LENGTH, **fields}, tuple(fields))


TABLE_OPERATIONS = {
    "CreateTable": Structure(
        "CreateTableInput",
        {
            **_TABLE,
            "KeySchema": _SINGLE_KEY,
            "LocalSecondaryIndexes": Listing(_LOCAL_INDEX),
            "GlobalSecondaryIndexes": Listing(_GLOBAL_INDEX),
            "Tags": _TAGS,
            "ResourcePolicy": TEXT,
        },
        required=("AttributeDefinitions", "KeySchema"),
    ),
    "UpdateTable": Structure(
        "UpdateTableInput", {**_TABLE, "GlobalSecondaryIndexUpdates": Listing(_INDEX_UPDATE)}
    ),
    "DeleteTable": _of_table("DeleteTableInput"),
    "DescribeTable": _of_table("DescribeTableInput"),
    "ListTables": Structure(
        "ListTablesInput", {"ExclusiveStartTableName": NAME, "Limit": Number(1, 100)}
    ),
    "DescribeTimeToLive": _of_table("DescribeTimeToLiveInput"),
    "UpdateTimeToLive": _of_table(
        "UpdateTimeToLiveInput",
        TimeToLiveSpecification=Structure(
            "TimeToLiveSpecification",
            {"Enabled": TRUTH, "AttributeName": ATTRIBUTE_NAME},
            required=("Enabled", "AttributeName"),
        ),
    ),
    "TagResource": Structure("TagResourceInput", {"ResourceArn": TEXT, "Tags": _OPEN_TAGS}),
    "UntagResource": Structure(
        "UntagResourceInput", {"ResourceArn": TEXT, "TagKeys": Listing(TEXT)}
    ),
    "ListTagsOfResource": Structure(
        "ListTagsOfResourceInput", {"ResourceArn": TEXT, "NextToken": TEXT}
    ),
    "DescribeLimits": Structure("DescribeLimitsInput", {}),
    "DescribeEndpoints": Structure("DescribeEndpointsRequest", {}),
    "CreateBackup": _of_table("CreateBackupInput", BackupName=NAME),
    "DescribeBackup": Structure("DescribeBackupInput", {"BackupArn": BACKUP_ARN}, ("BackupArn",)),
    "DeleteBackup": Structure("DeleteBackupInput", {"BackupArn": BACKUP_ARN}, ("BackupArn",)),
    "ListBackups": Structure(
        "ListBackupsInput",
        {
            "TableName": NAME,
            "Limit": Number(1, 100),
            "TimeRangeLowerBound": DATE,
            "TimeRangeUpperBound": DATE,
            "ExclusiveStartBackupArn": BACKUP_ARN,
            "BackupType": String(enum=("USER", "SYSTEM", "AWS_BACKUP", "ALL")),
        },
    ),
    "RestoreTableFromBackup": Structure(
        "RestoreTableFromBackupInput",
        {"BackupArn": BACKUP_ARN, **_RESTORED},
        required=("TargetTableName", "BackupArn"),
    ),
    "RestoreTableToPointInTime": Structure(
        "RestoreTableToPointInTimeInput",
        {
            "SourceTableArn": ARN,
            "SourceTableName": NAME,
            "UseLatestRestorableTime": TRUTH,
            "RestoreDateTime": DATE,
            **_RESTORED,
        },
        required=("TargetTableName",),
    ),
    "DescribeContinuousBackups": _of_table("DescribeContinuousBackupsInput"),
    "UpdateContinuousBackups": _of_table(
        "UpdateContinuousBackupsInput",
        PointInTimeRecoverySpecification=Structure(
            "PointInTimeRecoverySpecification",
            {"PointInTimeRecoveryEnabled": TRUTH, "RecoveryPeriodInDays": Number(1, 35)},
            required=("PointInTimeRecoveryEnabled",),
        ),
    ),
    "DescribeContributorInsights": Structure(
        "DescribeContributorInsightsInput", {"TableName": NAME_OF_ANY_LENGTH, "IndexName": NAME}
    ),
    "UpdateContributorInsights": Structure(
        "UpdateContributorInsightsInput",
        {
            "TableName": NAME_OF_ANY_LENGTH,
            "IndexName": NAME,
            "ContributorInsightsAction": String(enum=("ENABLE", "DISABLE")),
        },
        required=("ContributorInsightsAction",),
    ),
    "ListStreams": Structure(
        "ListStreamsInput",
        {"TableName": NAME, "Limit": Number(1, 100), "ExclusiveStartStreamArn": BACKUP_ARN},
    ),
    "DescribeStream": Structure(
        "DescribeStreamInput",
        {
            "StreamArn": BACKUP_ARN,
            "Limit": Number(1, 100),
            "ExclusiveStartShardId": _SHARD,
            "ShardFilter": Structure(
                "ShardFilter", {"Type": String(enum=("CHILD_SHARDS",)), "ShardId": _SHARD}
            ),
        },
        required=("StreamArn",),
    ),
    "GetShardIterator": Structure(
        "GetShardIteratorInput",
        {
            "StreamArn": BACKUP_ARN,
            "ShardId": _SHARD,
            "ShardIteratorType": String(
                enum=("AFTER_SEQUENCE_NUMBER", "LATEST", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON")
            ),
            "SequenceNumber": String(21, 40),
        },
        required=("StreamArn", "ShardId", "ShardIteratorType"),
    ),
    "GetRecords": Structure(
        "GetRecordsInput",
        {"ShardIterator": String(1, 2048), "Limit": Number(1, 1000)},
        required=("ShardIterator",),
    ),
}
# Operations whose TableName is checked before all else, with texts of its own (D42).
TABLE_NAME_FIRST = frozenset(
    name
    for name, shape in TABLE_OPERATIONS.items()
    if shape.fields.get("TableName") is NAME_OF_ANY_LENGTH
)
