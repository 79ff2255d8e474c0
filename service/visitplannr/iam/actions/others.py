"""Services that are mostly called with one action and no narrow resource (iam.md I24)."""

from visitplannr.iam.actions.call import Call
from visitplannr.iam.actions.rows import Row, Rule, Table, anything, named, nothing, table


def _model(call: Call, facts: object) -> tuple[str, ...] | None:
    """Name a foundation model, which has no account, or what has an ARN."""
    del facts
    name = call.text("modelId")
    if name is None or (not name.startswith("arn:") and name.count(".") > 1):
        return None  # an inference profile needs several models in several regions
    arn = f"arn:{call.partition}:bedrock:{call.region}::foundation-model/{name}"
    return (name if name.startswith("arn:") else arn,)


def _without_region(service: str, resource: str, parameter: str, *, account: bool) -> Rule:
    """Name a resource of a service that is in no region, and perhaps in no account."""

    def rule(call: Call, facts: object) -> tuple[str, ...] | None:
        del facts
        name = call.text(parameter)
        if name is None:
            return None
        owner = call.account if account else ""
        return (f"arn:{call.partition}:{service}::{owner}:{resource.format(name)}",)

    return rule


_STACK: Rule = named("cloudformation", "stack/{}/*", "StackName")
_COLLECTION: Rule = named("rekognition", "collection/{}", "CollectionId")

CLOUDFORMATION: Table = table(
    "cloudformation",
    Row(
        _STACK,
        "DescribeStacks DescribeStackResources DescribeStackEvents ListStackResources GetTemplate",
    ),
    Row(anything, "ListStacks ListExports"),
)
BEDROCK: Table = table(
    "bedrock",
    Row(
        _model,
        """InvokeModel Converse=InvokeModel
        InvokeModelWithResponseStream ConverseStream=InvokeModelWithResponseStream""",
    ),
)
REKOGNITION: Table = table(
    "rekognition",
    Row(
        anything,
        "CompareFaces DetectFaces DetectLabels DetectModerationLabels DetectText",
    ),
    Row(
        _COLLECTION,
        "DeleteCollection IndexFaces DeleteFaces SearchFaces SearchFacesByImage ListFaces",
    ),
)
COMPREHEND: Table = table(
    "comprehend",
    Row(
        anything,
        """DetectDominantLanguage DetectEntities DetectKeyPhrases DetectSentiment
        BatchDetectDominantLanguage BatchDetectEntities BatchDetectKeyPhrases BatchDetectSentiment
        DetectPiiEntities DetectSyntax""",
    ),
)
TEXTRACT: Table = table(
    "textract",
    Row(
        anything,
        """DetectDocumentText AnalyzeDocument StartDocumentTextDetection StartDocumentAnalysis
        GetDocumentTextDetection GetDocumentAnalysis AnalyzeExpense AnalyzeID""",
    ),
)
TRANSLATE: Table = table("translate", Row(anything, "TranslateText ListLanguages"))
POLLY: Table = table("polly", Row(anything, "DescribeVoices"))
ATHENA: Table = table(
    "athena",
    Row(named("athena", "workgroup/{}", "WorkGroup"), "StartQueryExecution ListQueryExecutions"),
)
CLOUDFRONT: Table = table(
    "cloudfront",
    Row(
        _without_region("cloudfront", "distribution/{}", "DistributionId", account=True),
        "CreateInvalidation GetInvalidation ListInvalidations",
    ),
)
CODEBUILD: Table = table(
    "codebuild", Row(named("codebuild", "project/{}", "projectName"), "StartBuild")
)
CODEPIPELINE: Table = table(
    "codepipeline",
    Row(anything, "PutJobSuccessResult PutJobFailureResult"),
    Row(named("codepipeline", "{}", "name"), "StartPipelineExecution GetPipelineState"),
)
COGNITO_IDENTITY: Table = table(
    "cognito-identity",
    Row(nothing, "GetId GetCredentialsForIdentity GetOpenIdToken UnlinkIdentity"),
)
IOT_DATA: Table = table("iot", Row(named("iot", "topic/{}", "topic"), "Publish"))
RDS_DATA: Table = table(
    "rds-data",
    Row(
        named("rds", "{}", "resourceArn"),
        """ExecuteStatement BatchExecuteStatement BeginTransaction CommitTransaction
        RollbackTransaction""",
    ),
)
ROUTE53: Table = table(
    "route53",
    Row(
        _without_region("route53", "hostedzone/{}", "HostedZoneId", account=False),
        "ChangeResourceRecordSets ListResourceRecordSets",
    ),
)
SAGEMAKER_RUNTIME: Table = table(
    "sagemaker", Row(named("sagemaker", "endpoint/{}", "EndpointName"), "InvokeEndpoint")
)
