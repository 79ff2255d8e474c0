import os
import time
from typing import Any


def handler(event: Any, context: Any) -> Any:
    match event["pathParameters"]["proxy"]:
        case "raise":
            raise ValueError("on purpose")
        case "exit":
            os._exit(3)
        case "hang":
            time.sleep(60)
        case "malformed":
            return {"statusCode": "none"}
        case "large":
            return {"statusCode": 200, "body": "x" * 200_000}
    return {"statusCode": 200, "body": context.aws_request_id}
