"""The fields of operations on tables: life, TTL, tags, and on streams."""

from visitplannr.dynamodb.checks.containers import Listing, Structure
from visitplannr.dynamodb.checks.fields import ATTRIBUTE_NAME, BACKUP_ARN, NAME, TEXT, TRUTH
from visitplannr.dynamodb.checks.scalars import Number, String
from visitplannr.dynamodb.checks.table_fields import (
    GLOBAL_INDEX,
    INDEX_UPDATE,
    LOCAL_INDEX,
    OPEN_TAGS,
    REPLICA_UPDATE,
    REPLICATION_MODE,
    SINGLE_KEY,
    TABLE,
    TAGS,
    VECTOR_INDEX,
    VECTOR_INDEX_UPDATE,
    of_table,
)

_SHARD = String(28, 65)


TABLE_OPERATIONS = {
    "CreateTable": Structure(
        "CreateTableInput",
        {
            **TABLE,
            "KeySchema": SINGLE_KEY,
            "LocalSecondaryIndexes": Listing(LOCAL_INDEX),
            "GlobalSecondaryIndexes": Listing(GLOBAL_INDEX),
            "Tags": TAGS,
            "ResourcePolicy": TEXT,
            "GlobalTableSourceArn": String(1, 1024),
            "GlobalTableSettingsReplicationMode": REPLICATION_MODE,
            "VectorIndexes": Listing(VECTOR_INDEX),
        },
        required=("AttributeDefinitions", "KeySchema"),
    ),
    "UpdateTable": Structure(
        "UpdateTableInput",
        {
            **TABLE,
            "GlobalSecondaryIndexUpdates": Listing(INDEX_UPDATE),
            "ReplicaUpdates": Listing(REPLICA_UPDATE, least=1),
            "MultiRegionConsistency": String(enum=("EVENTUAL", "STRONG")),
            "GlobalTableWitnessUpdates": Listing(
                Structure("GlobalTableWitnessGroupUpdate", {}), least=1, most=1
            ),
            "GlobalTableSettingsReplicationMode": REPLICATION_MODE,
            "VectorIndexUpdates": Listing(VECTOR_INDEX_UPDATE),
        },
    ),
    "DeleteTable": of_table("DeleteTableInput"),
    "DescribeTable": of_table("DescribeTableInput"),
    "ListTables": Structure(
        "ListTablesInput", {"ExclusiveStartTableName": NAME, "Limit": Number(1, 100)}
    ),
    "DescribeTimeToLive": of_table("DescribeTimeToLiveInput"),
    "UpdateTimeToLive": of_table(
        "UpdateTimeToLiveInput",
        TimeToLiveSpecification=Structure(
            "TimeToLiveSpecification",
            {"Enabled": TRUTH, "AttributeName": ATTRIBUTE_NAME},
            required=("Enabled", "AttributeName"),
        ),
    ),
    "TagResource": Structure("TagResourceInput", {"ResourceArn": TEXT, "Tags": OPEN_TAGS}),
    "UntagResource": Structure(
        "UntagResourceInput", {"ResourceArn": TEXT, "TagKeys": Listing(TEXT)}
    ),
    "ListTagsOfResource": Structure(
        "ListTagsOfResourceInput", {"ResourceArn": TEXT, "NextToken": TEXT}
    ),
    "DescribeLimits": Structure("DescribeLimitsInput", {}),
    "DescribeEndpoints": Structure("DescribeEndpointsRequest", {}),
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
