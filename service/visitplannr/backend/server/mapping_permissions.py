"""What a function's role needs so that Lambda reads a source as it, and how it is refused.

Lambda guide, "Configuring execution role permissions" for SQS, DynamoDB streams and Kinesis (iam.md
I49).
"""

from collections.abc import Mapping, Sequence

from visitplannr.iam.actions.call import Check

_NEEDED: Mapping[str, Sequence[str]] = {
    "dynamodb": ("GetRecords", "GetShardIterator", "DescribeStream"),
    "kinesis": ("GetRecords", "GetShardIterator"),
    "sqs": ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
}
_OF_STREAMS: Mapping[str, str] = {
    "dynamodb": "GetRecords, GetShardIterator, DescribeStream, and ListStreams",
    "kinesis": "GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams",
}


def needed_to_read(source_arn: str) -> Sequence[Check]:
    """Give the permissions on a source; none where they are not known."""
    service = source_arn.split(":", 3)[2] if source_arn.startswith("arn:") else ""
    arn = source_arn.partition("/consumer/")[0]
    return [Check(f"{service}:{action}", arn) for action in _NEEDED.get(service, ())]


def refusal_of(lacked: Check, source_arn: str) -> str:
    """Give AWS's text for a mapping that cannot be made."""
    service, action = lacked.action.split(":")
    if service == "sqs":
        return (
            "The provided execution role does not have permissions to call "
            f"{action} on {service.upper()}"
        )
    return (
        f"Cannot access stream {source_arn}. Please ensure the role can perform the "
        f"{_OF_STREAMS[service]} Actions on your stream in IAM."
    )
