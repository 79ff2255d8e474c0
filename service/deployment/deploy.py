"""Deploy a template to a backend and read the stack back: the one path for all backends."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.backend.endpoint import Backend
from service.deployment.changes import Change
from service.deployment.describe import describe
from service.deployment.errors import DeploymentError, NotApprovedError, explained
from service.deployment.execute import Deployer
from service.deployment.packages import Install, without_packages
from service.deployment.plan import (
    ApplyTemplate,
    RemoveFailedStack,
    Step,
    Target,
    bucket_name,
    plan_deployment,
)
from service.deployment.progress import Progress
from service.deployment.stack_state import read_state
from service.template.model import Application
from service.template.source import load, local_code


@dataclass(frozen=True, slots=True)
class Wish:
    """Which template is to become which stack.

    `bucket` is where bundles go, the stack's own unless given; `install` what installs the
    packages that functions require.
    """

    template: Path
    stack_name: str
    bucket: str | None = None
    install: Install = without_packages


def deploy(backend: Backend, wish: Wish, progress: Progress) -> None:
    """Bring the stack to the state that the template describes.

    Raises:
        DeploymentError: the backend refused something; the message has what and why.
        NotApprovedError: `progress.approve` said no.
        TemplateError: the template cannot be transformed, or code is missing.
    """
    with explained(backend, wish.stack_name):
        plan = _plan(backend, wish)
        if plan:
            progress.say(f"Deploying the stack {wish.stack_name} ...")
        Deployer(backend, progress).execute(plan)


def preview(backend: Backend, wish: Wish) -> tuple[Change, ...]:
    """Let CloudFormation say what a deployment would change; nothing is changed or uploaded.

    Only a template that is too large to be handed over goes into the bucket.

    Raises:
        DeploymentError: as for `deploy`.
        TemplateError: as for `deploy`.
    """
    found: list[Change] = []

    def refuse(changes: Sequence[Change]) -> bool:
        found.extend(changes)
        return False

    with explained(backend, wish.stack_name):
        plan = _plan(backend, wish)
        if any(isinstance(step, RemoveFailedStack) for step in plan):
            raise DeploymentError(
                f"{wish.stack_name}: its creation failed, so it would be removed and made anew"
            )
        with contextlib.suppress(NotApprovedError):
            Deployer(backend, Progress(approve=refuse)).execute(
                step for step in plan if isinstance(step, ApplyTemplate)
            )
    return tuple(found)


def read_back(backend: Backend, path: Path, stack_name: str) -> Application:
    """Read a stack that is deployed; the code of the template at `path` lies beside it.

    Raises:
        DeploymentError: the backend refused something, or there is no such stack.
        TemplateError: the template cannot be read, or code is missing.
    """
    code = local_code(load(path), path.resolve().parent)
    with explained(backend, stack_name):
        return describe(backend, stack_name, code)


def _plan(backend: Backend, wish: Wish) -> tuple[Step, ...]:
    template, folder = load(wish.template), wish.template.resolve().parent
    own = bucket_name(wish.stack_name, backend.account_id(), backend.region)
    deployed = read_state(backend.client("cloudformation"), wish.stack_name)
    target = Target(wish.stack_name, wish.bucket or own, deployed)
    packages = wish.install(template, local_code(template, folder))
    return plan_deployment(template, folder, target, packages)
