"""What a change set would do to a stack, and whether data would be lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SIGNS = {"Add": "+", "Modify": "~", "Remove": "-"}
_HOLDS_DATA = frozenset(
    {
        "AWS::Cognito::UserPool",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::EFS::FileSystem",
        "AWS::Kinesis::Stream",
        "AWS::Logs::LogGroup",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SSM::Parameter",
        "AWS::SecretsManager::Secret",
    }
)
_MADE_BY_THE_TRANSFORM = frozenset({"AWS::ApiGateway::Deployment", "AWS::Lambda::Permission"})


@dataclass(frozen=True, slots=True)
class Change:
    """One resource: `action` is Add, Modify or Remove.

    `replacement`, of a Modify, is "True", "False" or "Conditional"; `scope` says what of the
    resource changes: "Properties", "Tags", …
    """

    action: str
    logical_id: str
    type: str
    replacement: str = "False"
    scope: tuple[str, ...] = ()

    @property
    def may_lose_data(self) -> bool:
        gone = self.replacement != "False" or self.action == "Remove"
        return self.type in _HOLDS_DATA and gone

    def __str__(self) -> str:
        how = {"True": " (replaced)", "Conditional": " (may be replaced)"}
        ending = how.get(self.replacement, "")
        lost = f"{ending}: its data may be lost" if self.may_lose_data else ending
        return f"{_SIGNS.get(self.action, '?')} {self.logical_id}  {self.type}{lost}"


Approve = Callable[[Sequence[Change]], bool]


def everything(_changes: Sequence[Change]) -> bool:
    """Approve any change."""
    return True


def read_changes(change_set: Mapping[str, Any]) -> tuple[Change, ...]:
    """Read CloudFormation's description of a change set."""
    found = (item["ResourceChange"] for item in change_set.get("Changes", []))
    return tuple(
        Change(
            action=change["Action"],
            logical_id=change["LogicalResourceId"],
            type=change["ResourceType"],
            replacement=change.get("Replacement", "False"),
            scope=tuple(change.get("Scope", ())),
        )
        for change in found
    )


def worth_telling(changes: Sequence[Change]) -> list[Change]:
    """Leave out what only follows from the other changes, and new tags."""
    return [
        change
        for change in changes
        if change.type not in _MADE_BY_THE_TRANSFORM and change.scope != ("Tags",)
    ]
