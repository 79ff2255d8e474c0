"""Takes orders."""

import json
import os
from typing import Any

import boto3

TABLE = boto3.resource("dynamodb").Table(os.environ["ORDERS"])
QUEUE = boto3.client("sqs")


def order(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Keep an order, and let it be packed."""
    found = json.loads(event["body"])
    TABLE.put_item(Item={"id": found["id"], "currency": os.environ["CURRENCY"]})
    if found.get("pack", True):
        QUEUE.send_message(QueueUrl=os.environ["PARCELS"], MessageBody=json.dumps(found))
    return {"statusCode": 201, "body": json.dumps({"id": found["id"]})}
