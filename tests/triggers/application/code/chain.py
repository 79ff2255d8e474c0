"""Sends to a queue, a topic and a bus, and asks for what is not there."""

import json
import os
from typing import Any

import boto3
from botocore.exceptions import ClientError

SQS = boto3.client("sqs")
SNS = boto3.client("sns")
EVENTS = boto3.client("events")
DYNAMODB = boto3.client("dynamodb")


def handler(event: Any, _context: Any) -> Any:
    marker = event["queryStringParameters"]["marker"]
    SQS.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=marker, MessageGroupId="g")
    SNS.publish(
        TopicArn=os.environ["TOPIC"],
        Message=marker,
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "wanted"}},
    )
    EVENTS.put_events(
        Entries=[
            {
                "Source": "shop",
                "DetailType": "ordered",
                "EventBusName": os.environ["BUS"],
                "Detail": json.dumps({"amount": 1_000_000}),
            }
        ]
    )
    try:
        DYNAMODB.get_item(TableName="nowhere", Key={"id": {"S": "a"}})
    except ClientError as error:
        return {"statusCode": 200, "body": error.response["Error"]["Code"]}
    return {"statusCode": 500}
