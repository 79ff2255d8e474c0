import base64
import json
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


def member(event: dict[str, Any], context: Any) -> dict[str, Any]:
    authorizer = event["requestContext"]["authorizer"]
    claims = authorizer.get("jwt", authorizer)["claims"]
    return {"statusCode": 200, "body": json.dumps(claims)}
