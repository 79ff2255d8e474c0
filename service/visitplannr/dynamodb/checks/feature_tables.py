"""The fields of operations on what stands beside a table: replicas, policies, insights."""

from visitplannr.dynamodb.checks.attribute_values import ATTRIBUTE_VALUE
from visitplannr.dynamodb.checks.containers import Listing, Structure
from visitplannr.dynamodb.checks.fields import (
    ARN,
    BACKUP_ARN,
    BILLING,
    CAPACITY,
    NAME,
    NAMES_AND_VALUES,
    POSITIVE_LONG,
    TEXT,
    TRUTH,
)
from visitplannr.dynamodb.checks.scalars import Number, String
from visitplannr.dynamodb.checks.shapes import Shape
from visitplannr.dynamodb.checks.table_fields import of_table

_REVISION = String(1, 255)
_REGION: dict[str, Shape] = {"RegionName": TEXT}
_PRECISION: dict[str, Shape] = {
    "ApproximateCreationDateTimePrecision": String(enum=("MILLISECOND", "MICROSECOND"))
}
_TABLE_NAME_OR_ARN = String(1, 1024)
_GLOBAL_NAME: dict[str, Shape] = {"GlobalTableName": NAME}
_SCALING = Structure(
    "AutoScalingSettingsUpdate",
    {
        "MinimumUnits": POSITIVE_LONG,
        "MaximumUnits": POSITIVE_LONG,
        "AutoScalingDisabled": TRUTH,
        "AutoScalingRoleArn": String(1, 1600),
    },
)


def _destination(operation: str, configuration: str) -> Structure:
    """Make the request of an operation on a Kinesis stream that a table writes to."""
    shape = Structure(configuration, _PRECISION)
    return of_table(f"{operation}KinesisStreamingDestinationInput", StreamArn=BACKUP_ARN).extended(
        {configuration: shape}
    )


FEATURE_OPERATIONS = {
    "EnableKinesisStreamingDestination": _destination(
        "Enable", "EnableKinesisStreamingConfiguration"
    ),
    "DisableKinesisStreamingDestination": _destination(
        "Disable", "EnableKinesisStreamingConfiguration"
    ),
    "UpdateKinesisStreamingDestination": _destination(
        "Update", "UpdateKinesisStreamingConfiguration"
    ),
    "DescribeKinesisStreamingDestination": of_table("DescribeKinesisStreamingDestinationInput"),
    "DescribeContributorInsights": of_table("DescribeContributorInsightsInput").extended(
        {"IndexName": NAME}
    ),
    "UpdateContributorInsights": of_table(
        "UpdateContributorInsightsInput",
        ContributorInsightsAction=String(enum=("ENABLE", "DISABLE")),
    ).extended(
        {
            "IndexName": NAME,
            "ContributorInsightsMode": String(
                enum=("ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS")
            ),
        }
    ),
    "ListContributorInsights": Structure(
        "ListContributorInsightsInput",
        {"TableName": _TABLE_NAME_OR_ARN, "NextToken": TEXT, "MaxResults": Number(None, 100)},
    ),
    "GetResourcePolicy": Structure(
        "GetResourcePolicyInput", {"ResourceArn": ARN}, required=("ResourceArn",)
    ),
    "PutResourcePolicy": Structure(
        "PutResourcePolicyInput",
        {
            "ResourceArn": ARN,
            "Policy": TEXT,
            "ExpectedRevisionId": _REVISION,
            "ConfirmRemoveSelfResourceAccess": TRUTH,
        },
        required=("ResourceArn", "Policy"),
    ),
    "DeleteResourcePolicy": Structure(
        "DeleteResourcePolicyInput",
        {"ResourceArn": ARN, "ExpectedRevisionId": _REVISION},
        required=("ResourceArn",),
    ),
    "CreateGlobalTable": Structure(
        "CreateGlobalTableInput",
        {
            **_GLOBAL_NAME,
            "ReplicationGroup": Listing(Structure("Replica", _REGION, ("RegionName",))),
        },
        required=("GlobalTableName", "ReplicationGroup"),
    ),
    "UpdateGlobalTable": Structure(
        "UpdateGlobalTableInput",
        {
            **_GLOBAL_NAME,
            "ReplicaUpdates": Listing(
                Structure(
                    "ReplicaUpdate",
                    {
                        "Create": Structure("CreateReplicaAction", _REGION, ("RegionName",)),
                        "Delete": Structure("DeleteReplicaAction", _REGION, ("RegionName",)),
                    },
                )
            ),
        },
        required=("GlobalTableName", "ReplicaUpdates"),
    ),
    "DescribeGlobalTable": Structure(
        "DescribeGlobalTableInput", _GLOBAL_NAME, required=("GlobalTableName",)
    ),
    "DescribeGlobalTableSettings": Structure(
        "DescribeGlobalTableSettingsInput", _GLOBAL_NAME, required=("GlobalTableName",)
    ),
    "UpdateGlobalTableSettings": Structure(
        "UpdateGlobalTableSettingsInput",
        {
            **_GLOBAL_NAME,
            "GlobalTableBillingMode": BILLING,
            "GlobalTableProvisionedWriteCapacityUnits": POSITIVE_LONG,
            "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate": _SCALING,
        },
        required=("GlobalTableName",),
    ),
    "ListGlobalTables": Structure(
        "ListGlobalTablesInput",
        {"ExclusiveStartGlobalTableName": NAME, "Limit": Number(1), **_REGION},
    ),
    "DescribeTableReplicaAutoScaling": of_table("DescribeTableReplicaAutoScalingInput"),
    "UpdateTableReplicaAutoScaling": of_table("UpdateTableReplicaAutoScalingInput").extended(
        {"ProvisionedWriteCapacityAutoScalingUpdate": _SCALING}
    ),
    "SearchVectors": of_table(
        "SearchVectorsInput",
        IndexName=NAME,
        SearchVector=Listing(ATTRIBUTE_VALUE, least=1, most=4096),
        TopK=Number(1),
    ).extended(
        {
            "ReturnConsumedCapacity": CAPACITY,
            "ProjectionExpression": TEXT,
            "SearchConditionExpression": TEXT,
            **NAMES_AND_VALUES,
        }
    ),
}
