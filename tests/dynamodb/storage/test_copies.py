"""Tables are emptied, copied aside and put back, with their indexes; streams tell nothing of it."""

from typing import Any

import pytest
from dynamodb.engines import START, Clock, index, item, new_engine, table
from visitplannr.dynamodb.engine import Engine
from visitplannr.dynamodb.storage.copies import ChangedTableError

STREAM = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(clock: Clock) -> Engine:
    """An engine with a table that has an index, a stream and a time to live."""
    engine = new_engine(clock)
    create(engine, GlobalSecondaryIndexes=[index("abc", "g")], StreamSpecification=STREAM)
    lives = {"AttributeName": "ends", "Enabled": True}
    engine.call("UpdateTimeToLive", {"TableName": "table", "TimeToLiveSpecification": lives})
    return engine


def create(engine: Engine, name: str = "table", **members: Any) -> None:
    engine.call("CreateTable", table(name, **members))


def put(engine: Engine, name: str = "table", **attributes: Any) -> None:
    engine.call("PutItem", {"TableName": name, "Item": item(p="a", **attributes)})


def counts(engine: Engine, name: str = "table", **members: Any) -> int:
    count = engine.call("Scan", {"TableName": name, **members})["Count"]
    assert isinstance(count, int)
    return count


def told(engine: Engine) -> list[Any]:
    """Give the keys that the table's stream tells of, as one reads it who begins now."""
    arn = engine.call("DescribeTable", {"TableName": "table"})["Table"]["LatestStreamArn"]
    described = engine.call("DescribeStream", {"StreamArn": arn})["StreamDescription"]
    asked = {"StreamArn": arn, "ShardId": described["Shards"][0]["ShardId"]}
    at = engine.call("GetShardIterator", {**asked, "ShardIteratorType": "TRIM_HORIZON"})
    found = engine.call("GetRecords", {"ShardIterator": at["ShardIterator"]})["Records"]
    return [record["dynamodb"]["Keys"]["c"]["S"] for record in found]


def sequence(engine: Engine) -> int:
    (last,) = engine.database.execute("SELECT max(sequence) FROM records").fetchone()
    return int(last)


def test_an_emptied_table_has_nothing_and_its_stream_goes_on(engine: Engine) -> None:
    put(engine, c="1", g="x")
    put(engine, c="2", g="x")
    before = sequence(engine)
    engine.empty(["table", "another stack's"])
    assert (counts(engine), counts(engine, IndexName="abc"), told(engine)) == (0, 0, [])
    put(engine, c="3", g="y")
    assert (counts(engine), counts(engine, IndexName="abc"), told(engine)) == (1, 1, ["3"])
    assert sequence(engine) == before + 1


def test_only_the_named_tables_are_emptied(engine: Engine) -> None:
    create(engine, "other")
    put(engine, c="1")
    put(engine, "other", c="1")
    engine.empty(["other"])
    assert (counts(engine), counts(engine, "other")) == (1, 0)


def test_what_was_copied_is_put_back_as_often_as_one_likes(engine: Engine, clock: Clock) -> None:
    put(engine, c="1", g="x", ends=int(START) + 60)
    copied = engine.copy(["table", "another stack's"])
    for _ in range(2):
        put(engine, c="1", g="other")
        put(engine, c="2", g="x")
        engine.put_back(copied)
        found = engine.call("Scan", {"TableName": "table", "IndexName": "abc"})["Items"]
        assert found == [item(p="a", c="1", g="x", ends=int(START) + 60)]
        assert told(engine) == []
    clock.now += 61
    engine.keep_house()
    assert counts(engine) == 0


def test_copies_do_not_know_of_each_other(engine: Engine) -> None:
    nothing = engine.copy(["table"])
    put(engine, c="1")
    one = engine.copy(["table"])
    engine.put_back(nothing)
    assert counts(engine) == 0
    engine.put_back(one)
    assert counts(engine) == 1


def test_a_table_that_was_made_again_is_another_one(engine: Engine, clock: Clock) -> None:
    create(engine, "other")
    clock.now += 60
    put(engine, c="1")
    copied = engine.copy(["table", "other"])
    engine.call("DeleteTable", {"TableName": "other"})
    with pytest.raises(ChangedTableError, match="the table other has been deleted"):
        engine.put_back(copied)
    create(engine, "other")
    put(engine, c="2")
    with pytest.raises(ChangedTableError, match="the table other is not the one"):
        engine.put_back(copied)
    assert counts(engine) == 2
