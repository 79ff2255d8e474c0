"""Services that are mostly called with one action and no narrow resource (iam.md I24)."""

from visitplannr.iam.actions.call import Call
from visitplannr.iam.actions.rows import Row, Rule, Table, anything, named, table


def _model(call: Call, facts: object) -> tuple[str, ...] | None:
    """Name a foundation model, which has no account, or what has an ARN."""
    del facts
    name = call.text("modelId")
    if name is None or (not name.startswith("arn:") and name.count(".") > 1):
        return None  # an inference profile needs several models in several regions
    arn = f"arn:{call.partition}:bedrock:{call.region}::foundation-model/{name}"
    return (name if name.startswith("arn:") else arn,)


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
        "CreateCollection DeleteCollection IndexFaces DeleteFaces SearchFaces SearchFacesByImage "
        "ListFaces",
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
