"""CloudFormation's tables: made, brought to what a template says, and deleted, by DynamoDB's API.

A table that is there already with the keys that the template wants is taken over with its items: it
outlives the backend's other state when the backend is killed.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.backend.server.ministack.seams import find_seam
from visitplannr.backend.server.ministack.table_changes import (
    create_request,
    is_replaced,
    of_global_table,
    ttl_request,
    update_requests,
)
from visitplannr.backend.server.tables import Tables
from visitplannr.dynamodb.errors import DynamoDBError

Properties = Mapping[str, Any]
Made = tuple[str, dict[str, str]]
_PAUSE_SECONDS = 0.02
_MOST_SECONDS = 60.0


def provision_by(here: Callable[[], Tables]) -> None:
    """Let MiniStack's CloudFormation make its tables so."""
    handlers = find_seam("services.cloudformation.provisioners._RESOURCE_HANDLERS")
    named = find_seam("services.cloudformation.provisioners._physical_name")
    resource = TableResource(here, lambda stack, logical: str(named(stack, logical, max_len=255)))
    ours = {
        "create": resource.create,
        "update": resource.update,
        "delete": resource.delete,
        "import": resource.adopt,
    }
    handlers["AWS::DynamoDB::Table"].update(ours)
    region = find_seam("core.responses.get_region")
    handlers["AWS::DynamoDB::GlobalTable"].update(
        ours
        | {
            "create": lambda logical, new, stack: resource.create(
                logical, of_global_table(new, region()), stack
            ),
            "update": lambda physical, old, new, stack, logical=None: resource.update(
                physical,
                of_global_table(old, region()),
                of_global_table(new, region()),
                stack,
                logical,
            ),
        }
    )


@dataclass(frozen=True)
class TableResource:
    """The handlers of AWS::DynamoDB::Table and, for its own region, GlobalTable.

    `named` gives the physical name of what a template does not name, from the names of the stack
    and the resource.
    """

    here: Callable[[], Tables]
    named: Callable[[str, str], str]

    def create(self, logical_id: str, properties: Properties, stack_name: str) -> Made:
        """Make a table, or take over the one that is there."""
        name = properties.get("TableName") or self.named(stack_name, logical_id)
        there = self._described(name)
        if there is None:
            self._call("CreateTable", create_request(name, properties))
        elif is_replaced(there, properties):
            raise ValueError(f"Table {name} already exists, with other keys or local indexes")
        return self._brought_to(name, {}, properties)

    def update(
        self,
        physical_id: str,
        old: Properties,
        new: Properties,
        stack_name: str,
        logical_id: str | None = None,
    ) -> Made:
        """Change a table in place; another name, other keys or local indexes replace it."""
        name = new.get("TableName") or self.named(stack_name, logical_id or physical_id)
        there = self._described(physical_id)
        if there is None or name != physical_id:
            made = self.create(logical_id or physical_id, new, stack_name)
            self.delete(physical_id, old)
            return made
        if not is_replaced(there, new):
            return self._brought_to(name, old, new)
        if new.get("TableName"):
            raise ValueError(
                "CloudFormation cannot update a stack when a custom-named resource requires "
                f"replacing. Rename {name} and update the stack again."
            )
        self.delete(physical_id, old)
        return self.create(logical_id or physical_id, new, stack_name)

    def delete(self, physical_id: str, _properties: Properties) -> None:
        """Delete a table; none is fine."""
        if self._described(physical_id) is not None:
            self._call("DeleteTable", {"TableName": physical_id})

    def adopt(self, identifier: Mapping[str, str]) -> Made:
        """Give what a stack knows of a table that is imported."""
        return self._attributes(identifier["TableName"])

    def _brought_to(self, name: str, old: Properties, new: Properties) -> Made:
        there = self._settled(name)
        for change in update_requests(there, new):
            self._call("UpdateTable", change)
            self._settled(name)
        self._tag(there["TableArn"], old, new)
        expiry = self._call("DescribeTimeToLive", {"TableName": name})
        if request := ttl_request(name, expiry["TimeToLiveDescription"], new):
            self._call("UpdateTimeToLive", request)
        recovery = new.get("PointInTimeRecoverySpecification")
        if recovery is not None:
            wanted = {"PointInTimeRecoveryEnabled": _is_true(recovery)}
            self._call(
                "UpdateContinuousBackups",
                {"TableName": name, "PointInTimeRecoverySpecification": wanted},
            )
        return self._attributes(name)

    def _tag(self, arn: str, old: Properties, new: Properties) -> None:
        wanted = _tags(new)
        if gone := sorted(_tags(old).keys() - wanted.keys()):
            self._call("UntagResource", {"ResourceArn": arn, "TagKeys": gone})
        if wanted:
            tags = [{"Key": key, "Value": value} for key, value in wanted.items()]
            self._call("TagResource", {"ResourceArn": arn, "Tags": tags})

    def _attributes(self, name: str) -> Made:
        there = self._settled(name)
        attributes = {"Arn": there["TableArn"]}
        if (there.get("StreamSpecification") or {}).get("StreamEnabled"):
            attributes["StreamArn"] = there["LatestStreamArn"]
        return name, attributes

    def _settled(self, name: str) -> dict[str, Any]:
        """Wait until a table and its indexes are ACTIVE."""
        until = time.monotonic() + _MOST_SECONDS
        while True:
            there = dict(self._call("DescribeTable", {"TableName": name})["Table"])
            indexes = there.get("GlobalSecondaryIndexes") or ()
            states = {there["TableStatus"], *(index["IndexStatus"] for index in indexes)}
            if states == {"ACTIVE"}:
                return there
            if time.monotonic() > until:
                raise ValueError(f"Table {name} did not become ACTIVE in {_MOST_SECONDS:.0f} s")
            time.sleep(_PAUSE_SECONDS)

    def _described(self, name: str) -> dict[str, Any] | None:
        try:
            return dict(self.here().call("DescribeTable", {"TableName": name})["Table"])
        except DynamoDBError as error:
            if error.code != "ResourceNotFoundException":
                raise
            return None

    def _call(self, operation: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do an operation; a refusal is the reason that the stack's events give.

        Raises:
            ValueError: it is refused.
        """
        try:
            return self.here().call(operation, body)
        except DynamoDBError as error:
            text = error.message or error.code
            raise ValueError(f"{text} (Service: DynamoDb, Status Code: {error.status})") from error


def _tags(properties: Properties) -> dict[str, str]:
    """Give a template's tags; CloudFormation's own, which no API can set, are left out."""
    tags = properties.get("Tags") or ()
    return {
        str(tag["Key"]): str(tag["Value"]) for tag in tags if not str(tag["Key"]).startswith("aws:")
    }


def _is_true(recovery: Mapping[str, Any]) -> bool:
    return str(recovery.get("PointInTimeRecoveryEnabled", False)).lower() == "true"
