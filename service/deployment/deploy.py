"""Deploy a template to a backend and read the stack back: the one path for all backends."""

from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from service.backend.endpoint import Backend
from service.deployment.changes import Approve, everything
from service.deployment.describe import describe
from service.deployment.execute import Deployer, DeploymentError
from service.deployment.plan import bucket_name, plan_deployment
from service.template.model import Application
from service.template.source import load, local_code


def deploy(
    backend: Backend,
    path: Path,
    stack_name: str,
    report: Callable[[str], None],
    approve: Approve = everything,
) -> Application:
    """Bring the stack to the state that the template at `path` describes.

    `approve` decides about the changes to a stack that exists.

    Raises:
        DeploymentError: the backend refused something; the message has what and why.
        NotApprovedError: `approve` said no.
        TemplateError: the template cannot be transformed, or code is missing.
    """
    template, folder = load(path), path.resolve().parent
    try:
        deployer = Deployer(backend, approve)
        plan = plan_deployment(
            template,
            folder,
            stack_name=stack_name,
            bucket=bucket_name(stack_name, backend.account_id(), backend.region),
            deployed=deployer.state(stack_name),
        )
        if plan:
            report(f"Deploying the stack {stack_name} ...")
        deployer.execute(plan)
        return describe(backend, stack_name, local_code(template, folder))
    except (BotoCoreError, ClientError) as error:
        raise DeploymentError(f"{stack_name} at {backend.endpoint_url}: {error}") from error


def read_back(backend: Backend, path: Path, stack_name: str) -> Application:
    """Read a stack that is deployed already; the code of the template at `path` lies beside it.

    Raises:
        TemplateError: the template cannot be read, or code is missing.
    """
    return describe(backend, stack_name, local_code(load(path), path.resolve().parent))
