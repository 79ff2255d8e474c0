"""Notes each message of the queue."""

import os
from typing import Any

import boto3

dynamodb = boto3.client("dynamodb")
TABLE = os.environ["TABLE"]


def handler(event: Any, _context: Any) -> None:
    for record in event["Records"]:
        dynamodb.put_item(TableName=TABLE, Item={"message": {"S": record["body"]}})
