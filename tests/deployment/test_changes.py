"""What a change set would do, as people read it."""

from typing import Any

import pytest
from visitplannr.deployment.changes import Change, read_changes, worth_telling

TABLE = "AWS::DynamoDB::Table"
CASES: list[Any] = [
    pytest.param(Change("Add", "T", TABLE), "+", "", id="added"),
    pytest.param(Change("Modify", "T", TABLE), "~", "", id="modified"),
    pytest.param(Change("Modify", "T", TABLE, "True"), "~", "replaced: its data may be lost",
                 id="replaced"),
    pytest.param(Change("Modify", "T", TABLE, "Conditional"), "~",
                 "may be replaced: its data may be lost", id="perhaps replaced"),
    pytest.param(Change("Remove", "T", TABLE), "-", "its data may be lost", id="removed"),
    pytest.param(Change("Remove", "F", "AWS::Lambda::Function"), "-", "",
                 id="a function holds no data"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "sign", "remark"), CASES)
def test_a_change_is_a_row(change: Change, sign: str, remark: str) -> None:
    assert change.row() == (sign, change.logical_id, change.type, remark)
    assert change.as_json()["may_lose_data"] is ("may be lost" in remark)


def test_changes_are_read_and_what_only_follows_is_not_told() -> None:
    def change(logical_id: str, kind: str, **more: Any) -> dict[str, Any]:
        given = {"Action": "Modify", "LogicalResourceId": logical_id, "ResourceType": kind, **more}
        return {"ResourceChange": given}

    changes = read_changes(
        {
            "Changes": [
                change("A", "AWS::ApiGateway::Deployment", Action="Add"),
                change("B", TABLE, Details=[{"ChangeSource": "DirectModification"}]),
                change("C", TABLE, Details=[{"ChangeSource": "ResourceAttribute"}]),
                change(
                    "D",
                    TABLE,
                    Replacement="Conditional",
                    Details=[{"ChangeSource": "ResourceReference"}],
                ),
            ]
        }
    )
    assert [change.logical_id for change in changes] == ["A", "B", "C", "D"]
    assert [change.logical_id for change in worth_telling(changes)] == ["B", "D"]
