"""The fields of operations on copies of tables: backups, exports, imports."""

from visitplannr.dynamodb.checks.attribute_values import ITEM
from visitplannr.dynamodb.checks.containers import Listing, Mapped, Structure
from visitplannr.dynamodb.checks.fields import (
    BACKUP_ARN,
    BILLING,
    DATE,
    NAME,
    TEXT,
    TRUTH,
    only,
)
from visitplannr.dynamodb.checks.scalars import Number, String
from visitplannr.dynamodb.checks.shapes import Shape
from visitplannr.dynamodb.checks.table_fields import (
    ENCRYPTION,
    GLOBAL_INDEX,
    LOCAL_INDEX,
    ON_DEMAND,
    SINGLE_KEY,
    TABLE,
    THROUGHPUT,
    VECTOR_INDEX,
    of_table,
)

_TABLE_ARN = String(1, 1024)
_RESTORED: dict[str, Shape] = {
    "TargetTableName": NAME,
    "BillingModeOverride": BILLING,
    "GlobalSecondaryIndexOverride": Listing(GLOBAL_INDEX),
    "LocalSecondaryIndexOverride": Listing(LOCAL_INDEX),
    "ProvisionedThroughputOverride": THROUGHPUT,
    "OnDemandThroughputOverride": ON_DEMAND,
    "SSESpecificationOverride": ENCRYPTION,
    "VectorIndexOverride": Listing(VECTOR_INDEX),
}
_CLIENT_TOKEN = String(pattern=r"^[^\$]+$")
_BUCKET = String(None, 255, r"^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$")
_OWNER = String(pattern="[0-9]{12}")
_PAGE = Number(1, 25)
_IMPORTED = Structure(
    "TableCreationParameters",
    {
        **only(TABLE, "TableClass", "StreamSpecification", "WarmThroughput"),
        "TableName": NAME,
        "KeySchema": SINGLE_KEY,
        "GlobalSecondaryIndexes": Listing(GLOBAL_INDEX),
        "VectorIndexes": Listing(VECTOR_INDEX),
    },
    required=("TableName", "AttributeDefinitions", "KeySchema"),
)
_CSV = Structure(
    "CsvOptions",
    {
        "Delimiter": String(1, 1, r"[,;:|\t ]"),
        "HeaderList": Listing(
            String(1, 65536, r"[\x20-\x21\x23-\x2B\x2D-\x7E]*"), least=1, most=255
        ),
    },
)

BACKUP_OPERATIONS = {
    "CreateBackup": of_table("CreateBackupInput", BackupName=NAME),
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
            "SourceTableArn": _TABLE_ARN,
            "SourceTableName": NAME,
            "UseLatestRestorableTime": TRUTH,
            "RestoreDateTime": DATE,
            **_RESTORED,
        },
        required=("TargetTableName",),
    ),
    "DescribeContinuousBackups": of_table("DescribeContinuousBackupsInput"),
    "UpdateContinuousBackups": of_table(
        "UpdateContinuousBackupsInput",
        PointInTimeRecoverySpecification=Structure(
            "PointInTimeRecoverySpecification",
            {"PointInTimeRecoveryEnabled": TRUTH, "RecoveryPeriodInDays": Number(1, 35)},
            required=("PointInTimeRecoveryEnabled",),
        ),
    ),
    "ExportTableToPointInTime": Structure(
        "ExportTableToPointInTimeInput",
        {
            "TableArn": _TABLE_ARN,
            "ExportTime": DATE,
            "ClientToken": _CLIENT_TOKEN,
            "S3Bucket": _BUCKET,
            "S3BucketOwner": _OWNER,
            "S3Prefix": String(None, 1024),
            "S3SseAlgorithm": String(enum=("AES256", "KMS")),
            "S3SseKmsKeyId": String(1, 2048),
            "ExportFormat": String(enum=("DYNAMODB_JSON", "ION")),
            "ExportType": String(enum=("FULL_EXPORT", "INCREMENTAL_EXPORT")),
            "IncrementalExportSpecification": Structure(
                "IncrementalExportSpecification",
                {
                    "ExportFromTime": DATE,
                    "ExportToTime": DATE,
                    "ExportViewType": String(enum=("NEW_IMAGE", "NEW_AND_OLD_IMAGES")),
                },
            ),
            "FilterSpecification": Structure(
                "FilterSpecification",
                {
                    "FilterExpression": TEXT,
                    "ProjectionExpression": TEXT,
                    "KeyConditionExpression": TEXT,
                    "ExpressionAttributeNames": Mapped(TEXT),
                    "ExpressionAttributeValues": ITEM,
                },
            ),
        },
        required=("TableArn", "S3Bucket"),
    ),
    "DescribeExport": Structure("DescribeExportInput", {"ExportArn": BACKUP_ARN}, ("ExportArn",)),
    "ListExports": Structure(
        "ListExportsInput", {"TableArn": _TABLE_ARN, "MaxResults": _PAGE, "NextToken": TEXT}
    ),
    "ImportTable": Structure(
        "ImportTableInput",
        {
            "ClientToken": _CLIENT_TOKEN,
            "S3BucketSource": Structure(
                "S3BucketSource",
                {
                    "S3BucketOwner": _OWNER,
                    "S3Bucket": _BUCKET,
                    "S3KeyPrefix": String(None, 1024),
                },
                required=("S3Bucket",),
            ),
            "InputFormat": String(enum=("DYNAMODB_JSON", "ION", "CSV")),
            "InputFormatOptions": Structure("InputFormatOptions", {"Csv": _CSV}),
            "InputCompressionType": String(enum=("GZIP", "ZSTD", "NONE")),
            "TableCreationParameters": _IMPORTED,
        },
        required=("S3BucketSource", "InputFormat", "TableCreationParameters"),
    ),
    "DescribeImport": Structure("DescribeImportInput", {"ImportArn": BACKUP_ARN}, ("ImportArn",)),
    "ListImports": Structure(
        "ListImportsInput",
        {
            "TableArn": _TABLE_ARN,
            "PageSize": _PAGE,
            "NextToken": String(112, 1024, "([0-9a-f]{16})+"),
        },
    ),
}
