"""Puts what it is given into the table, and answers with the edition of the code."""

import json
import os
from typing import Any

import boto3
from saved import EDITION

dynamodb = boto3.client("dynamodb")
TABLE = os.environ["TABLE"]


def handler(event: Any, _context: Any) -> Any:
    put = json.loads(event["body"])
    item = {"key": {"S": put["key"]}, "number": {"N": str(put["number"])}}
    dynamodb.put_item(TableName=TABLE, Item={**item, "previous": {"N": str(put["previous"])}})
    return {"statusCode": 200, "body": json.dumps({"edition": EDITION})}
