"""Lets everybody connect whose name is not Nobody."""

from typing import Any


def handler(event: Any, _context: Any) -> Any:
    who = event["queryStringParameters"]["who"]
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Deny" if who == "Nobody" else "Allow",
        "Resource": event["methodArn"],
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": who, "policyDocument": policy, "context": {"level": 3}}
