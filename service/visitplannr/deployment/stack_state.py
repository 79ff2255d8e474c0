"""What is known of a deployed stack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

MARK = "visitplannr"
_WITHOUT_RESOURCES = frozenset({"DELETE_COMPLETE", "REVIEW_IN_PROGRESS"})


@dataclass(frozen=True, slots=True)
class StackState:
    """CloudFormation's status, and what was noted in the template that was deployed.

    `digest` is of template and code, `bucket` where the code is; None if we did not deploy it.
    `left_out` maps the resources that could not be made to the digest of what failed.
    """

    stack_id: str
    status: str
    digest: str | None = None
    bucket: str | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)


def marked(
    template: Mapping[str, Any], *, digest: str, bucket: str, left_out: Mapping[str, str]
) -> dict[str, Any]:
    """Note in a template what `read_state` finds there again.

    A tag would do, too, but CloudFormation puts a stack's tags on its resources: each
    deployment would change them all.
    """
    noted = {"digest": digest, "bucket": bucket, **({"left_out": left_out} if left_out else {})}
    return {**template, "Metadata": {**(template.get("Metadata") or {}), MARK: noted}}


def read_state(cloudformation: "CloudFormationClient", stack_name: str) -> StackState | None:
    """Look at a stack: None if there is none, or one still under review without resources."""
    stack = find_stack(cloudformation, stack_name)
    if stack is None:
        return None
    noted = (deployed_template(cloudformation, stack_name).get("Metadata") or {}).get(MARK) or {}
    return StackState(
        stack["StackId"],
        stack["StackStatus"],
        noted.get("digest"),
        noted.get("bucket"),
        noted.get("left_out") or {},
    )


def find_stack(cloudformation: "CloudFormationClient", stack_name: str) -> "StackTypeDef | None":
    """Give CloudFormation's description of a stack, if there is one with resources."""
    try:
        stack = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return None if stack["StackStatus"] in _WITHOUT_RESOURCES else stack


def deployed_template(
    cloudformation: "CloudFormationClient", stack_name: str, *, processed: bool = False
) -> Mapping[str, Any]:
    """Read the template of a stack, as it was given or as CloudFormation `processed` it."""
    body: Any = cloudformation.get_template(
        StackName=stack_name, TemplateStage="Processed" if processed else "Original"
    )["TemplateBody"]
    found: Mapping[str, Any] = yaml_parse(body) if isinstance(body, str) else body
    return found
