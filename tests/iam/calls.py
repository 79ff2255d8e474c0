"""Calls of all services with all their parameters filled, and a stack that knows everything."""

from typing import Any

import botocore.model
import botocore.session

ACCOUNT, REGION = "000000000000", "eu-west-1"
SESSION = botocore.session.Session()


def here(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


NAMED = {
    "secret": ("secretsmanager", "secret:"),
    "key": ("kms", "key/"),
    "identity": ("ses", "identity/"),
}
SAMPLES = {
    "QueueUrl": f"http://localhost:4566/{ACCOUNT}/orders",
    "ShardIterator": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t/stream/s|1|x",
    "Statement": 'SELECT * FROM "menu"',
    "SubscriptionArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:news:5",
    "CopySource": "photos/a",
    "PhoneNumber": "",
    "BackupArn": here("dynamodb", "table/menu/backup/1"),
    "ConsumerARN": here("kinesis", "stream/s/consumer/c:1"),
    "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/p",
    "Resource": here("lambda", "function:f"),
    "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r",
    "StreamArn": here("dynamodb", "table/menu/stream/1"),
    "activityArn": here("states", "activity:a"),
    "executionArn": here("states", "execution:m:1"),
    "resourceArn": here("states", "stateMachine:m"),
    "stateMachineArn": here("states", "stateMachine:m"),
    "TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:news",
}


class Known:
    """A stack that knows everything."""

    def partition_key(self, table: str, index: str | None) -> str | None:
        return "day" if index else "id"

    def arn(self, resource_type: str, name: str) -> str | None:
        return here(*NAMED[resource_type]) + name


def sample(shape: botocore.model.Shape, name: str, depth: int = 0) -> Any:
    """Make a value of a shape, all members filled."""
    if isinstance(shape, botocore.model.StructureShape):
        members = shape.members.items() if depth < 4 else ()
        return {key: sample(member, key, depth + 1) for key, member in members}
    if isinstance(shape, botocore.model.ListShape):
        return [sample(shape.member, name, depth + 1)]
    if isinstance(shape, botocore.model.MapShape):
        return {"x": sample(shape.value, name, depth + 1)}
    return SAMPLES.get(name, "x") if shape.type_name == "string" else 1
