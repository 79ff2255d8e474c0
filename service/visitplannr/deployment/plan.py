"""Plan a deployment: what has to be done so that the backend holds this template and this code.

The plan is a tuple of frozen steps and changes nothing; `visitplannr.deployment.execute` carries it
out. A stack carries the digest of what was deployed in its template, so an unchanged one makes an
empty plan.
"""

import copy
import hashlib
import importlib.metadata
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from visitplannr.deployment.bundle import Bundle
from visitplannr.deployment.prepared import Packaged
from visitplannr.deployment.stack_state import StackState
from visitplannr.template.code import CODE_PROPERTIES, is_image
from visitplannr.template.project import NESTED, Project
from visitplannr.template.seed import NOTHING, Seed
from visitplannr.template.source import function_setting


@dataclass(frozen=True, slots=True)
class EnsureBucket:
    """Make the bucket for bundles if it does not exist."""

    bucket: str


@dataclass(frozen=True, slots=True)
class UploadBundle:
    """Put a bundle under the digest of its content."""

    bucket: str
    key: str
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class RemoveFailedStack:
    """Delete a stack whose creation failed: CloudFormation cannot update it."""

    stack_name: str


@dataclass(frozen=True, slots=True)
class ApplyTemplate:
    """Transform the packaged template and create or update the stack with a change set.

    `left_out` maps resources that could not be made to the digest of what failed, which may be "".
    """

    stack_name: str
    packaged: Packaged
    digest: str
    bucket: str
    update: bool
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """The stack that is to be, the bucket for its bundles, and what there is of it.

    `seed` was put there for it: what the stack reads of it is read again if it is another one.
    """

    stack_name: str
    bucket: str
    deployed: StackState | None
    seed: Seed = NOTHING


_SAM_FUNCTION = "AWS::Serverless::Function"
_NO_IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/not-here:latest"
Step = EnsureBucket | UploadBundle | RemoveFailedStack | ApplyTemplate


def stack_name_of(folder: Path) -> str:
    """Name a stack after its template's folder, in the letters that CloudFormation allows."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", folder.resolve().name).strip("-")[:100]
    return name if name[:1].isalpha() else f"stack-{name}".rstrip("-")


def bucket_name(stack_name: str, account_id: str, region: str) -> str:
    """Name the bucket of a stack's bundles: lower case, at most 63 characters, one per region."""
    suffix = f"-{account_id}-{region}"
    return f"{stack_name.lower()[: 63 - len(suffix)]}{suffix}"


def plan_deployment(
    project: Project, bundles: Mapping[str, Bundle], target: Target
) -> tuple[Step, ...]:
    """List the steps from what is deployed to the project's template.

    `bundles` are by logical id; the ids in a nested template are CHILD/ID.
    """
    name, bucket, deployed = target.stack_name, target.bucket, target.deployed
    keys = {logical_id: f"{name}/{bundle.digest}.zip" for logical_id, bundle in bundles.items()}
    packaged = package(project, bucket, keys)
    digest = _digest(packaged, target.seed)
    if deployed and deployed.digest == digest and _is_settled(deployed.status):
        return ()
    failed = deployed is not None and not _can_be_updated(deployed.status)
    update = deployed is not None and not failed
    left_out = deployed.left_out if deployed and update else {}
    uploads = {key: UploadBundle(bucket, key, bundles[of]) for of, key in keys.items()}
    return (
        EnsureBucket(bucket),
        *uploads.values(),
        *((RemoveFailedStack(name),) if failed else ()),
        ApplyTemplate(name, packaged, digest, bucket, update=update, left_out=left_out),
    )


def package(project: Project, bucket: str, keys: Mapping[str, str], within: str = "") -> Packaged:
    """Package a project's template and those nested in it; `within` begins the ids of `keys`."""
    own = {
        one.removeprefix(within): key
        for one, key in keys.items()
        if one.startswith(within) and "/" not in one.removeprefix(within)
    }
    kinds = {name: project.template["Resources"][name]["Type"] for name in project.nested}
    return Packaged(
        packaged_template(project.template, bucket, own),
        project.parameters,
        {
            name: (NESTED[kinds[name]], package(child, bucket, keys, f"{within}{name}/"))
            for name, child in project.nested.items()
        },
        project.document,
    )


def packaged_template(
    template: Mapping[str, Any], bucket: str, keys: Mapping[str, str]
) -> dict[str, Any]:
    """Give the template with each local code replaced by its place in the bucket."""
    packaged = copy.deepcopy(dict(template))
    for logical_id, key in keys.items():
        resource = packaged["Resources"][logical_id]
        prefix = "" if resource["Type"].startswith("AWS::Serverless::") else "S3"
        properties = resource["Properties"] = resource.get("Properties") or {}
        properties[CODE_PROPERTIES[resource["Type"]]] = {
            f"{prefix}Bucket": bucket,
            f"{prefix}Key": key,
        }
    for logical_id, resource in packaged["Resources"].items():
        if isinstance(resource, dict) and resource.get("Type") == _SAM_FUNCTION:
            _name_image(packaged, logical_id)
    return packaged


def _name_image(template: Mapping[str, Any], logical_id: str) -> None:
    """Give an image that has no URI yet one: the transform wants it, and nobody runs it."""
    if (
        is_image(template, logical_id)
        and function_setting(template, logical_id, "ImageUri") is None
    ):
        resource = template["Resources"][logical_id]
        resource["Properties"] = {**(resource.get("Properties") or {}), "ImageUri": _NO_IMAGE}


def _digest(packaged: Packaged, seed: Seed) -> str:
    """Hash what determines the stack: templates, parameters, seed, the translator's version."""
    translator = importlib.metadata.version("aws-sam-translator")
    text = json.dumps([translator, _content(packaged), asdict(seed)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _content(packaged: Packaged) -> list[Any]:
    nested = {name: _content(child) for name, (_, child) in packaged.nested.items()}
    return [packaged.template, dict(packaged.parameters), nested]


def _is_settled(status: str) -> bool:
    return status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


def _can_be_updated(status: str) -> bool:
    return _is_settled(status) or status == "UPDATE_ROLLBACK_COMPLETE"
