"""What a change set would do to a stack, and whether data would be lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
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

    `replacement`, of a Modify, is "True", "False" or "Conditional". One that `follows` is not
    changed in the template: it refers to another that is, and may or may not change.
    """

    action: str
    logical_id: str
    type: str
    replacement: str = "False"
    follows: bool = False

    @property
    def may_lose_data(self) -> bool:
        gone = self.replacement != "False" or self.action == "Remove"
        return holds_data(self.type) and gone

    def row(self) -> tuple[str, ...]:
        """Give the cells of a table: sign, logical id, type, and what is to be known of it."""
        how = {"True": "replaced", "Conditional": "may be replaced"}.get(self.replacement, "")
        follows = "may follow from another" if self.follows else ""
        lost = "its data may be lost" if self.may_lose_data else ""
        sign = _SIGNS.get(self.action, "?")
        return (sign, self.logical_id, self.type, ": ".join(filter(None, (follows, how, lost))))

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "may_lose_data": self.may_lose_data}


def holds_data(kind: str) -> bool:
    """Say whether resources of a type hold data that goes with them."""
    return kind in _HOLDS_DATA


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
            follows=_follows(change.get("Details", ())),
        )
        for change in found
    )


def worth_telling(changes: Sequence[Change]) -> list[Change]:
    """Leave out what only follows from the other changes."""
    return [
        change
        for change in changes
        if change.may_lose_data or not (change.follows or change.type in _MADE_BY_THE_TRANSFORM)
    ]


def _follows(details: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether nothing of a change is the template's own ("ResourceChangeDetail")."""
    sources = {detail.get("ChangeSource") for detail in details}
    return bool(sources) and sources <= {"ResourceReference", "ResourceAttribute"}
