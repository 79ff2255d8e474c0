"""The statements that would allow what was refused or used, as SAM YAML.

Resources of the stack are named by their logical ids, others by their ARNs. Objects of a bucket
and streams of a log group are too many to be listed: they are proposed together.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from visitplannr.iam.actions.call import Check

_NAMED_BY_REF = frozenset(
    {
        "AWS::SNS::Topic",
        "AWS::SecretsManager::Secret",
        "AWS::Serverless::StateMachine",
        "AWS::StepFunctions::StateMachine",
    }
)
"""Types of which `!Ref` gives the ARN."""
_MANY = (
    (re.compile(r"(arn:[\w-]+:s3:::[^/]+/).+"), r"\1*"),
    (re.compile(r"(arn:[\w-]+:logs:[^:]*:[^:]*:log-group:[^:]+:).*"), r"\1*"),
)
_PLAIN = re.compile(r"[A-Za-z][\w:/.+@=-]*\w")


@dataclass(frozen=True, slots=True)
class Owned:
    """A resource of the stack."""

    logical_id: str
    type: str
    arn: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A statement to paste; `resources` are YAML scalars."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def line(self) -> str:
        """Give it in one line."""
        return (
            f"Effect: Allow, Action: {_inline(self.actions)}, Resource: {_inline(self.resources)}"
        )

    def yaml(self) -> str:
        """Give it as an item of a Statement list."""
        lines = ["- Effect: Allow", *_block("Action", self.actions)]
        return "\n".join([*lines, *_block("Resource", self.resources)])


def propose(checks: Iterable[Check], stack: Sequence[Owned]) -> list[Proposal]:
    """Give the fewest statements that allow some checks and nothing else.

    Actions on the same resources share a statement.
    """
    by_action: dict[str, set[str]] = {}
    for check in checks:
        by_action.setdefault(check.action, set()).add(reference(check.resource, stack))
    by_resources: dict[tuple[str, ...], list[str]] = {}
    for action, resources in by_action.items():
        by_resources.setdefault(tuple(sorted(resources)), []).append(action)
    found = [
        Proposal(tuple(sorted(actions)), resources) for resources, actions in by_resources.items()
    ]
    return sorted(found, key=lambda proposal: proposal.actions)


def reference(arn: str, stack: Sequence[Owned]) -> str:
    """Name a resource as a template does, in a YAML scalar."""
    for pattern, together in _MANY:
        arn = pattern.sub(together, arn)
    owner = owner_of(arn, stack)
    if owner is None:
        return arn if _PLAIN.fullmatch(arn) else f'"{arn}"'
    rest = arn.removeprefix(owner.arn)
    if owner.type == "AWS::DynamoDB::Table" and rest.startswith("/stream/"):
        return f"!GetAtt {owner.logical_id}.StreamArn"
    if owner.type == "AWS::SSM::Parameter":
        place = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/"
        return f'!Sub "{place}${{{owner.logical_id}}}"'
    by_ref = owner.type in _NAMED_BY_REF
    if rest:
        return f'!Sub "${{{owner.logical_id}{"" if by_ref else ".Arn"}}}{rest}"'
    return f"!Ref {owner.logical_id}" if by_ref else f"!GetAtt {owner.logical_id}.Arn"


def owner_of(arn: str, stack: Sequence[Owned]) -> Owned | None:
    """Find the resource of the stack that an ARN is, or is part of."""
    for owned in stack:
        rest = arn.removeprefix(owned.arn)
        if arn.startswith(owned.arn) and (not rest or rest[0] in "/:"):
            return owned
    return None


def _inline(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"


def _block(name: str, values: Sequence[str]) -> list[str]:
    if len(values) == 1:
        return [f"  {name}: {values[0]}"]
    return [f"  {name}:", *(f"    - {value}" for value in values)]
