"""Notes each put of the stream; one whose predecessor it has not seen is marked as too early."""

import os
from typing import Any

import boto3

dynamodb = boto3.client("dynamodb")
TABLE = os.environ["TABLE"]


def handler(event: Any, _context: Any) -> None:
    for record in event["Records"]:
        image = record["dynamodb"]["NewImage"]
        early = image["previous"]["N"] != "0" and not seen(image["key"], image["previous"])
        item = {"key": image["key"], "number": image["number"]}
        dynamodb.put_item(TableName=TABLE, Item={**item, "early": {"BOOL": early}})


def seen(key: Any, number: Any) -> bool:
    found = dynamodb.get_item(
        TableName=TABLE, Key={"key": key, "number": number}, ConsistentRead=True
    )
    return "Item" in found
