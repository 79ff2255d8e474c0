"""What stacks say is there, and is not any more: in files that were removed, in tables."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

TABLE = "AWS::DynamoDB::Table"
_FILE_OF = {
    "ApiGateway": "apigateway_v1",
    "ApiGatewayV2": "apigateway",
    "AppSync": "appsync",
    "Events": "eventbridge",
    "IAM": "iam",
    "Kinesis": "kinesis",
    "KMS": "kms",
    "Lambda": "lambda",
    "Logs": "cloudwatch_logs",
    "S3": "s3",
    "SNS": "sns",
    "SQS": "sqs",
    "SSM": "ssm",
    "Scheduler": "scheduler",
    "SecretsManager": "secretsmanager",
    "StepFunctions": "stepfunctions",
}


HasTable = Callable[[str, str, str], bool]
"""Says whether an account has, in a region, a table of a name."""


def lost_resources(
    stacks: Iterable[tuple[tuple[str, str, str], Mapping[str, Any]]],
    folder: Path,
    has_table: HasTable,
) -> Iterator[str]:
    """Yield a line for each file and each table that is gone.

    `stacks` are MiniStack's records, by account, region and name; `folder` has its files.
    """
    files = set()
    for (account, region, _), stack in stacks:
        for resource in stack["_resources"].values():
            kind, name = resource["ResourceType"], resource["PhysicalResourceId"]
            if kind == TABLE and not has_table(account, region, name):
                yield f"The table {name} is gone from the state folder; it begins empty"
            if kind.startswith("AWS::"):
                files.add(_FILE_OF.get(kind.split("::")[1]))
    for known in sorted(filter(None, files)):
        if not (file := folder / f"{known}.json").exists():
            yield f"{file}: is gone; what it held begins empty"
