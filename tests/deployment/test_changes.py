"""What a change set would do, as people read it."""

from typing import Any

import pytest

from service.deployment.changes import Change, read_changes, worth_telling

TABLE = "AWS::DynamoDB::Table"
CASES: list[Any] = [
    pytest.param(Change("Add", "T", TABLE), "+ T  AWS::DynamoDB::Table", False, id="added"),
    pytest.param(Change("Modify", "T", TABLE), "~ T  AWS::DynamoDB::Table", False, id="modified"),
    pytest.param(Change("Modify", "T", TABLE, "True"),
                 "~ T  AWS::DynamoDB::Table (replaced): its data may be lost", True, id="replaced"),
    pytest.param(Change("Modify", "T", TABLE, "Conditional"),
                 "~ T  AWS::DynamoDB::Table (may be replaced): its data may be lost", True,
                 id="perhaps replaced"),
    pytest.param(Change("Remove", "T", TABLE), "- T  AWS::DynamoDB::Table: its data may be lost",
                 True, id="removed"),
    pytest.param(Change("Remove", "F", "AWS::Lambda::Function"), "- F  AWS::Lambda::Function",
                 False, id="a function holds no data"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "line", "may_lose_data"), CASES)
def test_a_change_is_a_line(change: Change, line: str, may_lose_data: bool) -> None:
    assert str(change) == line
    assert change.may_lose_data is may_lose_data


def test_changes_are_read_and_what_only_follows_is_not_told() -> None:
    def change(logical_id: str, kind: str, **more: Any) -> dict[str, Any]:
        given = {"Action": "Modify", "LogicalResourceId": logical_id, "ResourceType": kind, **more}
        return {"ResourceChange": given}

    changes = read_changes(
        {
            "Changes": [
                change("A", "AWS::ApiGateway::Deployment", Action="Add"),
                change("B", TABLE, Scope=["Tags"], Replacement="False"),
                change("C", TABLE, Scope=["Properties", "Tags"], Replacement="True"),
            ]
        }
    )
    assert [change.logical_id for change in changes] == ["A", "B", "C"]
    assert [change.logical_id for change in worth_telling(changes)] == ["C"]
