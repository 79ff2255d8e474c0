import base64
from typing import Any


def guard(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if event["authorizationToken"] != "open sesame":
        raise ValueError("Unauthorized")
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
    return {
        "principalId": "ali",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
    }


def picture(event: dict[str, Any], context: Any) -> dict[str, Any]:
    variables = event["stageVariables"]
    return {
        "headers": {"Content-Type": "image/png", "X-Colour": variables["colour"]},
        "body": base64.b64encode(b"\x89PNG").decode(),
        "isBase64Encoded": True,
    }
