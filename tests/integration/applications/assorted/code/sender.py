import os
from typing import Any

import boto3

sqs = boto3.client("sqs")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    url = os.environ["QUEUE_URL"]
    sqs.send_message(QueueUrl=url, MessageBody=event["body"])
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    return {"statusCode": 200, "body": message["Body"]}
