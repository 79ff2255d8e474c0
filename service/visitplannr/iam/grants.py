"""What a policy allows, in plain view, and whether that is more than a function should be given.

Unlike the evaluation this reads documents with intrinsic functions in them, as templates have.
"""

import fnmatch
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.iam.document import Element, element, statements

_WIDE_NAMES = ("*FullAccess", "AdministratorAccess", "PowerUserAccess")
# These have no narrower resource ("Actions, resources, and condition keys for AWS services").
_WITHOUT_RESOURCES = (
    "cloudwatch:PutMetricData",
    "ec2:*NetworkInterface*",
    "ec2:Describe*",
    "logs:CreateLog*",
    "logs:PutLogEvents",
    "sts:GetCallerIdentity",
    "xray:Put*",
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One statement of a policy; `resources` are ARNs, or JSON of what is not resolved."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditional: bool = False

    @property
    def too_wide(self) -> str | None:
        """Say what of it is wider than a function needs, if anything is."""
        if self.effect != "Allow" or self.conditional:
            return None
        for action in self.actions:
            if action in {"*", "*:*"} or action.endswith(":*"):
                return f"{action} allows every action"
        needing = [action for action in self.actions if not _has_no_resource(action)]
        if needing and "*" in self.resources:
            return f"{needing[0]} on every resource"
        return None


def grants(document: Mapping[str, Any]) -> Iterator[Grant]:
    """Read the statements of a policy document; what is no statement is left out."""
    for statement in statements(document):
        if isinstance(statement, Mapping):
            yield Grant(
                effect=str(statement.get("Effect", "Allow")),
                actions=_shown(element(statement, "Action")),
                resources=_shown(element(statement, "Resource")),
                conditional=bool(statement.get("Condition")),
            )


def too_wide(policy: Any) -> Iterator[str]:
    """Say what a policy (its name, ARN or document) allows beyond what a function needs."""
    if isinstance(policy, str) and wide_by_name(policy):
        yield f"{policy} allows a whole service"
    if isinstance(policy, Mapping):
        for grant in grants(policy):
            if grant.too_wide:
                yield f"too wide: {grant.too_wide}"


def wide_by_name(policy: str) -> bool:
    """Say whether a managed policy, by its name or ARN, allows a whole service or more."""
    name = policy.rpartition("/")[2]
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in _WIDE_NAMES)


def _shown(found: Element | None) -> tuple[str, ...]:
    if found is None:
        return ()
    values = tuple(
        value if isinstance(value, str) else json.dumps(value, default=str)
        for value in found.values
    )
    return (f"all but {', '.join(values)}",) if found.negated else values


def _has_no_resource(action: str) -> bool:
    return any(fnmatch.fnmatchcase(action, pattern) for pattern in _WITHOUT_RESOURCES)
