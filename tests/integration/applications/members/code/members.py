import json
from typing import Any


def handler(event: Any, context: Any) -> Any:
    if event["version"] == "1.0":
        return {"statusCode": 200, "body": event["httpMethod"]}
    if event["routeKey"] == "$default":
        return {"statusCode": 404, "body": event["rawPath"], "cookies": ["seen=1", "by=us"]}
    who = event["requestContext"].get("authorizer", {})
    return {"name": event.get("pathParameters", {}).get("name"), "who": who}


def guard(event: Any, context: Any) -> Any:
    print(json.dumps(event["identitySource"]))
    return {"isAuthorized": event["headers"]["x-user"] == "ada", "context": {"team": "red"}}
