from typing import Any


def handler(event: Any, context: Any) -> Any:
    stage = event["requestContext"]["stage"]
    return {"statusCode": 200, "body": f"{stage} {event.get('resource') or event['routeKey']}"}
