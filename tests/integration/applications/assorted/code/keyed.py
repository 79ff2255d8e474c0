from typing import Any


def handler(event: Any, context: Any) -> Any:
    return {"statusCode": 200, "body": event["requestContext"]["identity"].get("apiKeyId")}
