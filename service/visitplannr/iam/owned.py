"""The ARNs of a stack's resources, told by what CloudFormation calls their physical ids."""

from collections.abc import Mapping

from visitplannr.iam.propose import Owned

_FORMATS: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{id}",
    "AWS::Events::EventBus": "arn:aws:events:{region}:{account}:event-bus/{id}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{id}",
    "AWS::KMS::Key": "arn:aws:kms:{region}:{account}:key/{id}",
    "AWS::Kinesis::Stream": "arn:aws:kinesis:{region}:{account}:stream/{id}",
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{id}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{id}",
    "AWS::S3::Bucket": "arn:aws:s3:::{id}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{id}",
    "AWS::SSM::Parameter": "arn:aws:ssm:{region}:{account}:parameter/{id}",
}


def owned_resource(
    logical_id: str, kind: str, physical_id: str, account: str, region: str
) -> Owned | None:
    """Name a resource with its ARN; None if its physical id does not tell that."""
    if physical_id.startswith("arn:"):
        return Owned(logical_id, kind, physical_id)
    known = _FORMATS.get(kind)
    if known is None:
        return None
    name = physical_id.rpartition("/")[2] if kind == "AWS::SQS::Queue" else physical_id.lstrip("/")
    return Owned(logical_id, kind, known.format(region=region, account=account, id=name))
