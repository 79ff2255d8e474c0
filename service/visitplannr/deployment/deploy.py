"""Deploy a template to a backend and read the stack back: the one path for all backends."""

from dataclasses import dataclass
from pathlib import Path

from visitplannr.backend.endpoint import Backend
from visitplannr.backend.stack_resources import list_resources
from visitplannr.deployment.changes import Change
from visitplannr.deployment.describe import describe, functions_of
from visitplannr.deployment.errors import DeploymentError
from visitplannr.deployment.execute import Deployer
from visitplannr.deployment.explained import explained
from visitplannr.deployment.packages import Install, without_packages
from visitplannr.deployment.plan import (
    ApplyTemplate,
    RemoveFailedStack,
    Step,
    Target,
    bucket_name,
    plan_deployment,
)
from visitplannr.deployment.progress import Progress
from visitplannr.deployment.stack_state import read_state
from visitplannr.model.application import Application, Function
from visitplannr.template.source import load, local_code


@dataclass(frozen=True, slots=True)
class Deployment:
    """Which template is to become which stack.

    `bucket` is where bundles go, the stack's own unless given; `install` what installs the
    packages that functions require.
    """

    template: Path
    stack_name: str
    bucket: str | None = None
    install: Install = without_packages


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
        Deployer(backend, progress).execute(plan)


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
        deployer = Deployer(backend)
        return tuple(
            change
            for step in plan
            if isinstance(step, ApplyTemplate)
            for change in deployer.preview(step)
        )


def read_back(backend: Backend, path: Path, stack_name: str) -> Application:
    """Read a stack that is deployed; the code of the template at `path` lies beside it.

    Raises:
        DeploymentError: the backend refused something, or there is no such stack.
        TemplateError: the template cannot be read, or code is missing.
    """
    code = local_code(load(path), path.resolve().parent)
    with explained(backend, stack_name):
        return describe(backend, stack_name, code)


def functions_so_far(backend: Backend, path: Path, stack_name: str) -> tuple[Function, ...]:
    """Read the functions of a stack that is being deployed.

    Raises:
        DeploymentError, TemplateError: as for `read_back`.
    """
    code = local_code(load(path), path.resolve().parent)
    with explained(backend, stack_name):
        resources = list_resources(backend.client("cloudformation"), stack_name)
        return functions_of(backend, resources, code)


def _plan(backend: Backend, deployment: Deployment) -> tuple[Step, ...]:
    template, name = load(deployment.template), deployment.stack_name
    code = local_code(template, deployment.template.resolve().parent)
    own = bucket_name(name, backend.account_id, backend.region)
    deployed = read_state(backend.client("cloudformation"), name)
    target = Target(name, deployment.bucket or own, deployed)
    return plan_deployment(template, code, target, deployment.install(template, code))
