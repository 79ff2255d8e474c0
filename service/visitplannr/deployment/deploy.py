"""Deploy a template to a backend and read the stack back: the one path for all backends.

`outline` gives the application without any backend.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visitplannr.backend.endpoint import Backend
from visitplannr.deployment.bucket import Bucket
from visitplannr.deployment.changes import Change
from visitplannr.deployment.describe import read_stack
from visitplannr.deployment.errors import DeploymentError, explained
from visitplannr.deployment.execute import Deployer
from visitplannr.deployment.packages import Package, as_it_lies
from visitplannr.deployment.plan import (
    ApplyTemplate,
    RemoveFailedStack,
    Step,
    Target,
    bucket_name,
    packaged_template,
    plan_deployment,
    stack_name_of,
)
from visitplannr.deployment.progress import Progress
from visitplannr.deployment.stack_state import read_state
from visitplannr.model.application import Application
from visitplannr.model.code import Code
from visitplannr.model.stack import ApiReader
from visitplannr.template.build import build
from visitplannr.template.code import local_code
from visitplannr.template.made_up import made_up
from visitplannr.template.resolution import resolve_stack
from visitplannr.template.source import load


@dataclass(frozen=True, slots=True)
class Deployment:
    """Which template is to become which stack.

    `bucket` is where bundles go, the stack's own unless given; `package` makes them.
    """

    template: Path
    stack_name: str
    bucket: str | None = None
    package: Package = as_it_lies


def deploy(backend: Backend, deployment: Deployment, progress: Progress) -> None:
    """Bring the stack to the state that the template describes.

    Raises:
        DeploymentError: the backend refused something; the message has what and why.
        NotApprovedError: `progress.approve` said no.
        TemplateError: the template cannot be transformed, or code is missing.
    """
    with explained(backend, deployment.stack_name):
        plan = _plan(backend, deployment)
        if plan:
            progress.say(f"Deploying the stack {deployment.stack_name} ...")
        _deployer(backend, progress).execute(plan)


def preview(backend: Backend, deployment: Deployment) -> tuple[Change, ...]:
    """Let CloudFormation say what a deployment would change; nothing is changed or uploaded.

    Only a template that is too large to be handed over goes into the bucket.

    Raises:
        DeploymentError: as for `deploy`.
        TemplateError: as for `deploy`.
    """
    with explained(backend, deployment.stack_name):
        plan = _plan(backend, deployment)
        if any(isinstance(step, RemoveFailedStack) for step in plan):
            name = deployment.stack_name
            raise DeploymentError(f"{name}: its creation failed, so it would be removed first")
        deployer = _deployer(backend)
        return tuple(
            change
            for step in plan
            if isinstance(step, ApplyTemplate)
            for change in deployer.preview(step)
        )


def read_back(
    backend: Backend,
    path: Path,
    stack_name: str,
    readers: Sequence[ApiReader],
    layers: Mapping[str, Path] | None = None,
) -> Application:
    """Build the application of a deployed stack; the template at `path` says where its code is.

    `layers` maps ARNs of layers that are not the stack's own to what stands for them.

    Raises:
        DeploymentError: the backend refused something, or there is no such stack.
        TemplateError: the template cannot be read, or code is missing.
    """
    code = _code_here(load(path), path, layers or {})
    with explained(backend, stack_name):
        return build(read_stack(backend, stack_name), code, readers)


def outline(
    path: Path,
    readers: Sequence[ApiReader],
    region: str = "us-east-1",
    parameters: Mapping[str, str] | None = None,
    layers: Mapping[str, Path] | None = None,
) -> Application:
    """Build the application as its template alone says: nothing is deployed, so ids are made up.

    Raises:
        TemplateError: the template cannot be read or transformed, or code is missing.
    """
    from visitplannr.template.transform import transform  # noqa: PLC0415 - takes most of a second

    template, folder = load(path), path.resolve().parent
    code = _code_here(template, path, layers or {})
    bundled = [logical_id for logical_id in template["Resources"] if _is_bundled(code, logical_id)]
    packaged = packaged_template(template, "outline", dict.fromkeys(bundled, "outline.zip"))
    transformed = transform(packaged, region)
    known = made_up(
        transformed, stack_name=stack_name_of(folder), region=region, parameters=parameters
    )
    return build(resolve_stack(transformed, known), code, readers)


def _code_here(
    template: Mapping[str, Any], path: Path, layers: Mapping[str, Path]
) -> dict[str, Code]:
    """Map what the template makes, and other layers by their ARNs, to their code."""
    given = {arn: Code(folder.resolve()) for arn, folder in layers.items()}
    return {**local_code(template, path.resolve().parent), **given}


def _is_bundled(code: Mapping[str, Code], logical_id: str) -> bool:
    """Say whether a deployment would put the code of something at an address."""
    return logical_id in code and code[logical_id].is_packaged


def _deployer(backend: Backend, progress: Progress | None = None) -> Deployer:
    bucket = functools.cache(functools.partial(Bucket, backend))
    return Deployer(backend.client("cloudformation"), bucket, backend.region, progress)


def _plan(backend: Backend, deployment: Deployment) -> tuple[Step, ...]:
    template, name = load(deployment.template), deployment.stack_name
    code = local_code(template, deployment.template.resolve().parent)
    own = bucket_name(name, backend.account_id, backend.region)
    deployed = read_state(backend.client("cloudformation"), name)
    target = Target(name, deployment.bucket or own, deployed)
    return plan_deployment(template, deployment.package(template, code), target)
