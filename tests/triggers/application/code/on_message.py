"""Says what came in; answers by what a message has, and at which address."""

import json
import os
from typing import Any

import boto3

VERSION = 1


def handler(event: Any, _context: Any) -> Any:
    print(json.dumps({"version": VERSION, "event": event, "variable": os.environ["GREETING"]}))
    context = event["requestContext"]
    if context["eventType"] != "MESSAGE":
        return {"statusCode": 200}
    message = json.loads(event["body"])
    answer = {"version": VERSION, "connection": context["connectionId"]}
    if at := message.get("at"):
        urls = {
            "domain": f"https://{context['domainName']}/{context['stage']}",
            "variable": os.environ["CALLBACK"],
        }
        make: Any = boto3.client
        client = make("apigatewaymanagementapi", endpoint_url=urls[at])
        data = json.dumps({**answer, "at": at}).encode()
        client.post_to_connection(ConnectionId=context["connectionId"], Data=data)
    return {"statusCode": 200, "body": json.dumps(answer)}
