"""Deploy a project to a backend and read the stack back: the one path for all backends."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from visitplannr.backend.endpoint import Aws, Backend
from visitplannr.deployment.bucket import Bucket
from visitplannr.deployment.changes import Change
from visitplannr.deployment.describe import read_stack
from visitplannr.deployment.errors import DeploymentError, explained
from visitplannr.deployment.execute import Deployer
from visitplannr.deployment.failed_parts import CarryOut, all_or_nothing
from visitplannr.deployment.packages import Package, as_it_lies
from visitplannr.deployment.plan import (
    ApplyTemplate,
    RemoveFailedStack,
    Step,
    Target,
    bucket_name,
    plan_deployment,
)
from visitplannr.deployment.progress import Progress, once
from visitplannr.deployment.stack_state import read_state
from visitplannr.model.application import Application
from visitplannr.model.code import NO_LAYERS, Code
from visitplannr.model.nesting import joined
from visitplannr.model.stack import ApiReader
from visitplannr.template.build import build
from visitplannr.template.code import local_code
from visitplannr.template.left_out import macros, remote_applications, without, without_macros
from visitplannr.template.problems import odd_values
from visitplannr.template.project import Project, parts
from visitplannr.template.seed import NOTHING, Seed
from visitplannr.template.translation import Translate, translated


@dataclass(frozen=True, slots=True)
class Deployment:
    """Which project is to become which stack.

    `bucket` is where bundles go, the stack's own unless given; `package` makes them;
    `seed` is what was put there for the stack; `translate` translates SAM templates.
    """

    project: Project
    stack_name: str
    bucket: str | None = None
    package: Package = as_it_lies
    seed: Seed = NOTHING
    translate: Translate = translated


def deploy(
    backend: Backend,
    deployment: Deployment,
    progress: Progress,
    carry_out: CarryOut = all_or_nothing,
) -> None:
    """Bring the stack to the state that the template describes; `carry_out` says how.

    Raises:
        DeploymentError: the backend refused something; the message has what and why.
        NotApprovedError: `progress.approve` said no.
        TemplateError: the template cannot be transformed, or code is missing.
    """
    with explained(backend, deployment.stack_name), odd_values(deployment.project.path):
        plan = _plan(backend, deployment, progress.say)
        if plan:
            progress.say(f"Deploying the stack {deployment.stack_name} ...")
        once_only = replace(progress, say=once(progress.say))
        carry_out(_deployer(backend, deployment.translate, once_only), plan, progress.say)


def preview(backend: Backend, deployment: Deployment) -> tuple[Change, ...]:
    """Let CloudFormation say what a deployment would change; nothing is changed or uploaded.

    Only a template that is too large to be handed over goes into the bucket.

    Raises:
        DeploymentError: as for `deploy`.
        TemplateError: as for `deploy`.
    """
    with explained(backend, deployment.stack_name):
        plan = _plan(backend, deployment, Progress().say)
        if any(isinstance(step, RemoveFailedStack) for step in plan):
            name = deployment.stack_name
            raise DeploymentError(f"{name}: its creation failed, so it would be removed first")
        deployer = _deployer(backend, deployment.translate)
        return tuple(
            change
            for step in plan
            if isinstance(step, ApplyTemplate)
            for change in deployer.preview(step)
        )


def read_back(
    backend: Backend,
    project: Project,
    stack_name: str,
    readers: Sequence[ApiReader],
    layers: Mapping[str, Code] = NO_LAYERS,
) -> Application:
    """Build the application of a deployed stack; the project says where its code is.

    `layers` maps ARNs of layers that are not the stack's own to what stands for them.

    Raises:
        DeploymentError: the backend refused something, or there is no such stack.
        TemplateError: code is missing.
    """
    with explained(backend, stack_name), odd_values(project.path):
        return _read(backend, project, stack_name, readers, layers)


def _read(
    backend: Backend,
    project: Project,
    stack_name: str,
    readers: Sequence[ApiReader],
    layers: Mapping[str, Code],
) -> Application:
    code = {**local_code(project.template, project.folder), **layers}
    stack = read_stack(backend, stack_name, project.parameters)
    nested = {
        name: _read(backend, child, stack.physical_ids[name], readers, layers)
        for name, child in project.nested.items()
        if name in stack.physical_ids
    }
    return joined(build(stack, code, readers), nested)


def _deployer(backend: Backend, translate: Translate, progress: Progress | None = None) -> Deployer:
    bucket = functools.cache(functools.partial(Bucket, backend))
    client = backend.client("cloudformation")
    return Deployer(client, bucket, backend.region, progress, translate=translate)


def _plan(backend: Backend, deployment: Deployment, say: Callable[[str], None]) -> tuple[Step, ...]:
    name = deployment.stack_name
    project = _here(backend, deployment.project, say)
    own = bucket_name(name, backend.account_id, backend.region)
    deployed = read_state(backend.client("cloudformation"), name)
    target = Target(name, deployment.bucket or own, deployed, deployment.seed)
    bundles = {
        f"{within}{logical_id}": bundle
        for within, part in parts(project)
        for logical_id, bundle in deployment.package(
            part.template, local_code(part.template, part.folder)
        ).items()
    }
    return plan_deployment(project, bundles, target)


def _here(backend: Backend, project: Project, say: Callable[[str], None]) -> Project:
    """Leave out applications and macros that only AWS can fetch, if this is not AWS."""
    if isinstance(backend, Aws):
        return project
    gone = dict(remote_applications(project.template))
    for logical_id, application in gone.items():
        say(f"{logical_id} is left out: {application} is not on this machine.")
    for macro in macros(project.template):
        say(f"The transform {macro} is not applied: its macro is not on this machine.")
    nested = {name: _here(backend, child, say) for name, child in project.nested.items()}
    template = without_macros(without(project.template, gone))
    return replace(project, template=template, nested=nested)
