"""A custom resource: answers CloudFormation at the URL that it was given."""

import json
import urllib.request
from typing import Any


def handler(event: Any, context: Any) -> None:
    print(json.dumps({"event": event}))
    answer = {
        "Status": "SUCCESS",
        "PhysicalResourceId": "prepared",
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": {"Answer": f"size {event['ResourceProperties']['Size']}"},
    }
    body = json.dumps(answer).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], body, method="PUT"))
