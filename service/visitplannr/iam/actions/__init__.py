"""From a call to the permissions that it needs: one table for each service.

What no table has, and what depends on a fact that is not known, is None: not evaluated, and never
guessed (iam.md I23, I24).
"""

from collections.abc import Mapping, Sequence

from visitplannr.iam.actions.call import Call, Check, Facts
from visitplannr.iam.actions.computing import CLOUDWATCH, LAMBDA, LOGS, STEPFUNCTIONS, XRAY
from visitplannr.iam.actions.dynamodb import DYNAMODB, STREAMS
from visitplannr.iam.actions.messaging import (
    EVENTS,
    FIREHOSE,
    KINESIS,
    PIPES,
    SCHEDULER,
    SES,
    SES_V2,
    SNS,
    SQS,
)
from visitplannr.iam.actions.others import (
    ATHENA,
    BEDROCK,
    CLOUDFORMATION,
    CLOUDFRONT,
    CODEBUILD,
    CODEPIPELINE,
    COGNITO_IDENTITY,
    COMPREHEND,
    IOT_DATA,
    POLLY,
    RDS_DATA,
    REKOGNITION,
    ROUTE53,
    SAGEMAKER_RUNTIME,
    TEXTRACT,
    TRANSLATE,
)
from visitplannr.iam.actions.rows import Table
from visitplannr.iam.actions.s3 import S3
from visitplannr.iam.actions.security import COGNITO, IAM, KMS, SECRETSMANAGER, SSM, STS

SERVICES: Mapping[str, Table] = {
    "athena": ATHENA,
    "bedrock-runtime": BEDROCK,
    "cloudformation": CLOUDFORMATION,
    "cloudfront": CLOUDFRONT,
    "cloudwatch": CLOUDWATCH,
    "codebuild": CODEBUILD,
    "codepipeline": CODEPIPELINE,
    "cognito-identity": COGNITO_IDENTITY,
    "cognito-idp": COGNITO,
    "comprehend": COMPREHEND,
    "dynamodb": DYNAMODB,
    "dynamodbstreams": STREAMS,
    "events": EVENTS,
    "firehose": FIREHOSE,
    "iam": IAM,
    "iot-data": IOT_DATA,
    "kinesis": KINESIS,
    "kms": KMS,
    "lambda": LAMBDA,
    "logs": LOGS,
    "pipes": PIPES,
    "polly": POLLY,
    "rds-data": RDS_DATA,
    "rekognition": REKOGNITION,
    "route53": ROUTE53,
    "s3": S3,
    "sagemaker-runtime": SAGEMAKER_RUNTIME,
    "scheduler": SCHEDULER,
    "secretsmanager": SECRETSMANAGER,
    "ses": SES,
    "sesv2": SES_V2,
    "sns": SNS,
    "sqs": SQS,
    "ssm": SSM,
    "stepfunctions": STEPFUNCTIONS,
    "sts": STS,
    "textract": TEXTRACT,
    "translate": TRANSLATE,
    "xray": XRAY,
}
"""boto3's name of a service → operation → what it needs."""


def checks(call: Call, facts: Facts) -> Sequence[Check] | None:
    """Give the permissions that a call needs, all of them; none if everybody may do it.

    None: it cannot be said, so the call is not evaluated.
    """
    entry = SERVICES.get(call.service, {}).get(call.operation)
    return None if entry is None else entry(call, facts)
