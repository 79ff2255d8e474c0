"""MiniStack's services reach the tables of our engine, wherever they reached its own.

CloudFormation, Step Functions, IoT rules, AppSync, Pipes and the tagging API look into its module
`dynamodb`; what they use of it is replaced here.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visitplannr.backend.server.ministack.appsync_tables import read_and_write_by
from visitplannr.backend.server.ministack.seams import find_seam, service
from visitplannr.backend.server.ministack.table_resources import provision_by
from visitplannr.backend.server.tables import Tables, TablesOf
from visitplannr.dynamodb.errors import DynamoDBError

Answer = tuple[int, dict[str, str], bytes]
_JSON = {"Content-Type": "application/x-amz-json-1.0"}
_ITEM_OPERATIONS = ("PutItem", "GetItem", "DeleteItem", "UpdateItem")


def connect(tables_of: TablesOf) -> None:
    """Let all of MiniStack use these tables."""
    dynamodb = service("dynamodb")
    here = _current(tables_of)
    for operation in _ITEM_OPERATIONS:
        setattr(dynamodb, _snake(operation), _answering(here, operation))
    dynamodb.handle_request = _handler(here)
    service("dynamodb_streams").handle_request = dynamodb.handle_request
    dynamodb._tables = TableView(here)
    dynamodb._tags = TagView(here)
    dynamodb.get_state = _nothing_to_save
    provision_by(here)
    read_and_write_by(here)


def _current(tables_of: TablesOf) -> Callable[[], Tables]:
    """Give the tables of the account and the region that MiniStack works for at the moment."""
    account, region = (
        find_seam(f"core.responses.{name}") for name in ("get_account_id", "get_region")
    )
    return lambda: tables_of(account(), region())


def _nothing_to_save() -> None:
    """Leave `dynamodb.json` alone: the tables are not in MiniStack's state."""


def _answering(here: Callable[[], Tables], operation: str) -> Callable[[Any], Answer]:
    def answered(data: Any) -> Answer:
        try:
            return 200, dict(_JSON), json.dumps(here().call(operation, data)).encode()
        except DynamoDBError as error:
            return error.status, dict(_JSON), json.dumps(error.body).encode()

    return answered


def _handler(here: Callable[[], Tables]) -> Callable[..., Any]:
    async def handled(
        _method: str, _path: str, headers: Mapping[str, str], body: bytes, _query: Any
    ) -> Answer:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        return _answering(here, operation)(json.loads(body or b"{}"))

    return handled


def _snake(operation: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation)


@dataclass(frozen=True)
class TableView:
    """The tables as MiniStack describes its own: for drift detection, imports, AppSync and tags."""

    here: Callable[[], Tables]

    def get(self, name: str, default: Any = None) -> Any:
        try:
            described = self.here().call("DescribeTable", {"TableName": name})["Table"]
        except DynamoDBError:
            return default
        keys = {key["KeyType"]: key["AttributeName"] for key in described["KeySchema"]}
        return {"pk_name": keys["HASH"], "sk_name": keys.get("RANGE"), **described}

    def __getitem__(self, name: str) -> Any:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        body: dict[str, Any] = {}
        while True:
            listed = self.here().call("ListTables", body)
            yield from listed["TableNames"]
            if not (last := listed.get("LastEvaluatedTableName")):
                return
            body = {"ExclusiveStartTableName": last}

    def items(self) -> Sequence[tuple[str, Any]]:
        return [(name, self[name]) for name in self]


@dataclass(frozen=True)
class TagView:
    """The tables' tags by ARN, as lists of Key and Value, for the tagging API."""

    here: Callable[[], Tables]

    def get(self, arn: str, default: Any = None) -> Any:
        try:
            return self.here().call("ListTagsOfResource", {"ResourceArn": arn})["Tags"]
        except DynamoDBError:
            return default

    def items(self) -> Sequence[tuple[str, Any]]:
        tables = TableView(self.here)
        return [(table["TableArn"], self.get(table["TableArn"], [])) for _, table in tables.items()]

    def __setitem__(self, arn: str, tags: Sequence[Mapping[str, str]]) -> None:
        kept = {tag["Key"] for tag in tags}
        gone = [tag["Key"] for tag in self.get(arn, []) if tag["Key"] not in kept]
        if gone:
            self.here().call("UntagResource", {"ResourceArn": arn, "TagKeys": gone})
        if tags:
            self.here().call("TagResource", {"ResourceArn": arn, "Tags": list(tags)})
