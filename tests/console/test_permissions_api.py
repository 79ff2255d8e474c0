"""Which permissions were used and lacked, in the invocations that are kept."""

import json
from dataclasses import dataclass
from typing import Any

from visitplannr.console.permissions_api import used


@dataclass
class Kept:
    """An invocation."""

    function: str
    calls: str
    number: int = 1
    state: str = "done"
    request_id: str = "id"
    event: bytes = b"{}"
    result: bytes = b"1"

    def row(self) -> dict[str, Any]:
        return {}

    def details(self) -> dict[str, Any]:
        return {}


def kept(function: str, *calls: tuple[str, list[str]]) -> Kept:
    made = [{"decision": decision, "permissions": needed} for decision, needed in calls]
    return Kept(function, json.dumps(made))


def test_each_permission_once_by_function_and_by_what_became_of_it() -> None:
    read, write = "dynamodb:GetItem t", "dynamodb:PutItem t"
    records = [
        kept("f", ("allowed", [read]), ("denied", [write])),
        kept("f", ("allowed", [read, write]), ("warned", ["sqs:SendMessage q"])),
        kept("g", ("not-evaluated", [])),
    ]
    assert used(records) == {
        "f": {"used": [read, write], "refused": [write, "sqs:SendMessage q"]},
        "g": {"used": [], "refused": []},
    }


def test_records_of_an_earlier_version_have_none() -> None:
    assert used([Kept("f", json.dumps([{"decision": "allowed"}]))]) == {
        "f": {"used": [], "refused": []}
    }
