"""Random operations against a plain model in memory: the same answers, the same table.

The database is closed in the middle, as a process that ends would, and opened again. A kill is a
copy of its files as they are at that moment: what a process that was killed leaves behind.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from dynamodb.engines import Clock, index, new_engine, table
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from visitplannr.dynamodb.engine import Engine
from visitplannr.dynamodb.errors import DynamoDBError

HASHES = st.sampled_from(["a", "é"])
NUMBERS = st.sampled_from(["-1.5", "0", "1", "1.0", "10", "1e1"])
NAMES = st.sampled_from(["g", "x"])
VALUES = st.sampled_from([{"S": "x"}, {"S": "y"}, {"N": "7"}, {"L": [{"S": "x"}]}, {"NULL": True}])
ITEMS = st.dictionaries(NAMES, VALUES, max_size=2)
Key = tuple[str, Decimal]
Item = dict[str, Any]


def in_one_order(items: Iterable[Item]) -> list[str]:
    """Write them out so that neither their order nor that of their attributes matters."""
    return sorted(json.dumps(item, sort_keys=True) for item in items)


def sort_key(key: Key) -> Decimal:
    return key[1]


class Model(RuleBasedStateMachine):
    """A table with hash p, range h and an index on g, beside a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.life = Path(self.folder.name) / "0"
        self.items: dict[Key, Item] = {}
        self.engine = self.opened()

    def opened(self) -> Engine:
        return new_engine(Clock(), str(self.life / "dynamodb.db"))

    def left_behind(self) -> Path:
        """Copy the files into the folder of the next life."""
        left = self.life.with_name(str(int(self.life.name) + 1))
        shutil.copytree(self.life, left)
        return left

    def begin_again(self, left: Path) -> None:
        self.engine.close()
        self.life = left
        self.engine = self.opened()

    @initialize()
    def create(self) -> None:
        body = table("table", "p", "*", "h", GlobalSecondaryIndexes=[index("by-g", "g")])
        self.engine.call("CreateTable", body)

    def call(self, operation: str, **body: Any) -> Any:
        try:
            return self.engine.call(operation, {"TableName": "table", **body})
        except DynamoDBError as error:
            return error.code

    @staticmethod
    def key(hash_: str, number: str) -> tuple[Key, Item]:
        value = Decimal(number)
        return (hash_, value), {"p": {"S": hash_}, "h": {"N": number}}

    @staticmethod
    def stored(key: Key, attributes: Item) -> Item:
        plain = format(key[1].normalize(), "f") if key[1] else "0"
        return {**attributes, "p": {"S": key[0]}, "h": {"N": plain}}

    @rule(hash_=HASHES, number=NUMBERS, attributes=ITEMS, only_new=st.booleans())
    def put(self, hash_: str, number: str, attributes: Item, only_new: bool) -> None:
        key, given = self.key(hash_, number)
        condition = {"ConditionExpression": "attribute_not_exists(p)"} if only_new else {}
        answer = self.call(
            "PutItem", Item={**attributes, **given}, ReturnValues="ALL_OLD", **condition
        )
        old = self.items.get(key)
        if "S" not in attributes.get("g", {"S": ""}):
            assert answer == "ValidationException"
        elif only_new and old is not None:
            assert answer == "ConditionalCheckFailedException"
        else:
            assert answer == ({"Attributes": old} if old else {})
            self.items[key] = self.stored(key, attributes)

    @rule(hash_=HASHES, number=NUMBERS)
    def delete(self, hash_: str, number: str) -> None:
        key, given = self.key(hash_, number)
        old = self.items.pop(key, None)
        answer = self.call("DeleteItem", Key=given, ReturnValues="ALL_OLD")
        assert answer == ({"Attributes": old} if old else {})

    @rule(hash_=HASHES, number=NUMBERS)
    def get(self, hash_: str, number: str) -> None:
        key, given = self.key(hash_, number)
        found = self.items.get(key)
        assert self.call("GetItem", Key=given) == ({"Item": found} if found else {})

    @rule(hash_=HASHES, number=NUMBERS)
    def count(self, hash_: str, number: str) -> None:
        """Add to an attribute: a number, or nothing at all if it is something else."""
        key, given = self.key(hash_, number)
        old = self.items.get(key)
        body = {"UpdateExpression": "ADD x :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
        answer = self.call("UpdateItem", Key=given, ReturnValues="ALL_NEW", **body)
        before = (old or {}).get("x", {"N": "0"})
        if "N" not in before:
            assert answer == "ValidationException"
            return
        new = (old or self.stored(key, {})) | {"x": {"N": str(int(before["N"]) + 1)}}
        assert answer == {"Attributes": new}
        self.items[key] = new

    @rule(hash_=HASHES, low=NUMBERS, forward=st.booleans(), limit=st.integers(1, 4))
    def query(self, hash_: str, low: str, forward: bool, limit: int) -> None:
        expected = sorted(
            (key for key in self.items if key[0] == hash_ and key[1] >= Decimal(low)),
            key=sort_key,
            reverse=not forward,
        )
        body: dict[str, Any] = {
            "KeyConditionExpression": "p = :p AND h >= :low",
            "ExpressionAttributeValues": {":p": {"S": hash_}, ":low": {"N": low}},
            "ScanIndexForward": forward,
            "Limit": limit,
        }
        found: list[Item] = []
        while True:
            page = self.call("Query", **body)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                break
            body["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        assert found == [self.items[key] for key in expected]

    @rule(first=HASHES, second=HASHES, number=NUMBERS, value=VALUES)
    def transact(self, first: str, second: str, number: str, value: Item) -> None:
        """Put two items, or none of them."""
        keys = [self.key(each, number) for each in (first, second)]
        actions = [
            {
                "Put": {
                    "TableName": "table",
                    "Item": {**given, "x": value},
                    "ConditionExpression": "attribute_not_exists(p)",
                }
            }
            for _, given in keys
        ]
        try:
            self.engine.call("TransactWriteItems", {"TransactItems": actions})
            done = True
        except DynamoDBError:
            done = False
        assert done is (first != second and not any(key in self.items for key, _ in keys))
        if done:
            self.items |= {key: self.stored(key, {"x": value}) for key, _ in keys}

    @rule()
    def reopen(self) -> None:
        self.engine.close()
        self.engine = self.opened()

    @rule()
    def killed(self) -> None:
        """Lose nothing that was acknowledged."""
        self.begin_again(self.left_behind())

    @rule(hash_=HASHES, number=NUMBERS, attributes=ITEMS)
    def killed_before_the_commit(self, hash_: str, number: str, attributes: Item) -> None:
        """Have nothing of what was not acknowledged yet."""
        _, given = self.key(hash_, number)
        with self.engine.together():
            self.call("PutItem", Item={**attributes, **given})
            left = self.left_behind()
        self.begin_again(left)

    @invariant()
    def the_table_and_its_index_are_those_of_the_model(self) -> None:
        page = self.call("Scan")
        if page == "ResourceNotFoundException":
            return
        by_key = {(item["p"]["S"], Decimal(item["h"]["N"])): item for item in page["Items"]}
        assert by_key == self.items
        entries = self.call("Scan", IndexName="by-g")["Items"]
        expected = [item for item in self.items.values() if "g" in item]
        assert in_one_order(entries) == in_one_order(expected)

    def teardown(self) -> None:
        self.engine.close()
        self.folder.cleanup()


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=15, stateful_step_count=40, deadline=None)
