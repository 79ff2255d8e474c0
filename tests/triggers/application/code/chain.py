"""Sends to a queue, a topic and a bus, and asks for what is not there."""

import json
import os
from typing import Any

import boto3
from botocore.exceptions import ClientError

SERVICES = {name: boto3.client(name) for name in ("sqs", "sns", "events", "dynamodb")}


def handler(event: Any, _context: Any) -> Any:
    marker = event["queryStringParameters"]["marker"]
    SERVICES["sqs"].send_message(
        QueueUrl=os.environ["QUEUE"], MessageBody=marker, MessageGroupId="g"
    )
    wanted = {"kind": {"DataType": "String", "StringValue": "wanted"}}
    SERVICES["sns"].publish(TopicArn=os.environ["TOPIC"], Message=marker, MessageAttributes=wanted)
    entry = {"Source": "shop", "DetailType": "ordered", "EventBusName": os.environ["BUS"]}
    detail = json.dumps({"amount": 1_000_000})
    SERVICES["events"].put_events(Entries=[{**entry, "Detail": detail}])
    try:
        SERVICES["dynamodb"].get_item(TableName="nowhere", Key={"id": {"S": "a"}})
    except ClientError as error:
        return {"statusCode": 200, "body": error.response["Error"]["Code"]}
