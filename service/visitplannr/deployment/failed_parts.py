"""A new stack without what of it cannot be made: one part never stops the rest.

CloudFormation takes a whole stack back when one resource fails. Here the stack is made again
without that resource, and what refers to it gets a value of the right shape. An update is another
thing: it is taken back as on AWS, and the stack as it was goes on.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from visitplannr.deployment.errors import FailedPartError
from visitplannr.deployment.execute import Deployer
from visitplannr.deployment.plan import ApplyTemplate, RemoveFailedStack, Step
from visitplannr.deployment.progress import StackEvent

CarryOut = Callable[[Deployer, Iterable[Step], Callable[[str], None]], None]


def all_or_nothing(deployer: Deployer, plan: Iterable[Step], _say: Callable[[str], None]) -> None:
    """Carry out a plan as AWS does: what fails is an error.

    Raises:
        DeploymentError, NotApprovedError, TemplateError: as for `Deployer.execute`.
    """
    deployer.execute(plan)


def without_failed_parts(
    deployer: Deployer, plan: Iterable[Step], say: Callable[[str], None]
) -> None:
    """Carry out a plan; say in a line what of a new stack is left out.

    Raises:
        FailedPartError: an update failed.
        DeploymentError, NotApprovedError, TemplateError: as for `Deployer.execute`.
    """
    steps = tuple(plan)
    while True:
        try:
            deployer.execute(steps)
        except FailedPartError as failed:
            applied = [_without(step, failed) for step in steps if isinstance(step, ApplyTemplate)]
            steps = (*(RemoveFailedStack(step.stack_name) for step in applied), *applied)
            say(_line(failed.event))
        else:
            return


def _without(step: ApplyTemplate, failed: FailedPartError) -> ApplyTemplate:
    """Leave the resource that failed out of a new stack; where that cannot help, raise it again."""
    name = failed.event.logical_id
    is_stack = failed.event.type == "AWS::CloudFormation::Stack" and name == step.stack_name
    if step.update or is_stack or name in step.left_out:
        raise failed
    return replace(step, left_out={**step.left_out, name: ""})


def _line(event: StackEvent) -> str:
    reason = " ".join(event.reason.split()).rstrip(".")
    return f"{event.logical_id} is left out: {event.type} could not be made: {reason}."
