"""Query and Scan: order, pages, starting keys, what an index shows."""

from typing import Any

import pytest
from dynamodb.engines import index, item, refused, table
from visitplannr.dynamodb.engine import Engine
from visitplannr.dynamodb.errors import DynamoDBError

INVALID = "ValidationException: One or more parameter values were invalid: "
START = "ValidationException: The provided starting key is invalid"
LETTERS = "abcdefgh"
QUERY = {
    "TableName": "table",
    "KeyConditionExpression": "p = :p",
    "ExpressionAttributeValues": {":p": {"S": "a"}},
}


@pytest.fixture(autouse=True)
def tables(engine: Engine) -> None:
    local = index("local", "p", "*", "h", projection="KEYS_ONLY")
    other = index("global", "g", projection="INCLUDE", NonKeyAttributes=["x"])
    everything = index("several", "g", "h", "*", "c", "n")
    body = table(LocalSecondaryIndexes=[local], GlobalSecondaryIndexes=[other, everything])
    engine.call("CreateTable", body)
    for number, letter in enumerate(LETTERS):
        for partition in "ab":
            more = item(h=-number, g="g", n=number % 3, x="x", y="y")
            put = item(p=partition, c=letter) | more
            engine.call("PutItem", {"TableName": "table", "Item": put})


def letters(page: dict[str, Any]) -> str:
    return "".join(found["c"]["S"] for found in page["Items"])


def query(engine: Engine, **members: Any) -> dict[str, Any]:
    return engine.call("Query", QUERY | members)


def every_page(engine: Engine, operation: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    pages = [engine.call(operation, body)]
    while "LastEvaluatedKey" in pages[-1]:
        start = {"ExclusiveStartKey": pages[-1]["LastEvaluatedKey"]}
        pages.append(engine.call(operation, body | start))
    return pages


def test_d165_a_partition_is_in_the_order_of_its_range_key(engine: Engine) -> None:
    assert letters(query(engine)) == LETTERS
    assert letters(query(engine, ScanIndexForward=False)) == LETTERS[::-1]
    assert letters(query(engine, IndexName="local")) == LETTERS[::-1]


@pytest.mark.parametrize("limit", [1, 3, 8])
@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("name", [None, "local"])
def test_d166_d169_pages_lose_and_repeat_nothing(
    engine: Engine, limit: int, forward: bool, name: str | None
) -> None:
    body = QUERY | {"Limit": limit, "ScanIndexForward": forward}
    body |= {"IndexName": name} if name else {}
    pages = every_page(engine, "Query", body)
    seen = "".join(map(letters, pages))
    assert seen == (LETTERS if forward is (name is None) else LETTERS[::-1])
    assert [page["Count"] for page in pages] == [limit] * (8 // limit) + [8 % limit]


@pytest.mark.parametrize("body", [{}, {"IndexName": "global"}, {"IndexName": "several"}])
@pytest.mark.parametrize("limit", [1, 5])
def test_d170_a_scan_shows_all_in_pages(engine: Engine, body: dict[str, Any], limit: int) -> None:
    pages = every_page(engine, "Scan", {"TableName": "table", "Limit": limit, **body})
    keys = [(found["p"]["S"], found["c"]["S"]) for page in pages for found in page["Items"]]
    assert sorted(keys) == [(partition, letter) for partition in "ab" for letter in LETTERS]


@pytest.mark.parametrize("total", [1, 2, 7, 100])
def test_d171_segments_share_a_scan(engine: Engine, total: int) -> None:
    found = []
    for segment in range(total):
        body = {"TableName": "table", "Segment": segment, "TotalSegments": total}
        found += engine.call("Scan", body)["Items"]
    assert len(found) == 16
    assert len({(each["p"]["S"], each["c"]["S"]) for each in found}) == 16


def test_d171_a_starting_key_of_another_segment(engine: Engine) -> None:
    body = {"TableName": "table", "TotalSegments": 2, "ExclusiveStartKey": item(p="a", c="a")}
    refusals = []
    for segment in range(2):
        try:
            engine.call("Scan", body | {"Segment": segment})
        except DynamoDBError as error:
            refusals.append(error.message)
    assert len(refusals) == 1
    assert "The provided starting key is invalid" in str(refusals[0])


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        ("c = :v", "c", "c"),
        ("c < :v", "c", "ab"),
        ("c <= :v", "c", "abc"),
        ("c > :v", "f", "gh"),
        ("c >= :v", "f", "fgh"),
        (":v < c", "f", "gh"),
        ("c BETWEEN :v AND :w", "c", "cde"),
        ("begins_with(c, :v)", "d", "d"),
    ],
)
def test_conditions_of_the_range_key(
    engine: Engine, condition: str, value: str, expected: str
) -> None:
    values = {":p": {"S": "a"}, ":v": {"S": value}}
    values |= {":w": {"S": "e"}} if ":w" in condition else {}
    body = {
        "KeyConditionExpression": f"p = :p AND {condition}",
        "ExpressionAttributeValues": values,
    }
    assert letters(query(engine, **body)) == expected
    backward = query(engine, **body, ScanIndexForward=False)
    assert letters(backward) == expected[::-1]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ("g = :g AND h = :h", "cc"),
        ("g = :g AND h = :h AND c = :c", "cc"),
        ("g = :g AND h = :h AND c >= :c", "cc"),
        ("g = :g AND h = :h AND c > :c", ""),
        ("g = :g AND h = :h AND c = :c AND n < :n", ""),
        ("g = :g AND h = :h AND c = :c AND n >= :n", "cc"),
    ],
)
def test_d202_conditions_on_several_attributes(
    engine: Engine, conditions: str, expected: str
) -> None:
    values = {":g": {"S": "g"}, ":h": {"N": "-2"}, ":c": {"S": "c"}, ":n": {"N": "2"}}
    body = {
        "TableName": "table",
        "IndexName": "several",
        "KeyConditionExpression": conditions,
        "ExpressionAttributeValues": {
            name: value for name, value in values.items() if name in conditions
        },
    }
    assert letters(engine.call("Query", body)) == expected


def test_d167_the_limit_counts_before_the_filter(engine: Engine) -> None:
    values = QUERY["ExpressionAttributeValues"] | {":n": {"N": "1"}}  # type: ignore[operator]
    page = query(engine, FilterExpression="n = :n", ExpressionAttributeValues=values, Limit=4)
    assert (page["Count"], page["ScannedCount"], letters(page)) == (1, 4, "b")
    assert page["LastEvaluatedKey"] == item(p="a", c="d")


def test_d166_a_page_that_ends_at_the_limit_has_a_last_key(engine: Engine) -> None:
    assert query(engine, Limit=8)["LastEvaluatedKey"] == item(p="a", c="h")
    assert "LastEvaluatedKey" not in query(engine, Limit=9)
    last = query(engine, IndexName="local", Limit=1)["LastEvaluatedKey"]
    assert last == item(p="a", c="h", h=-7)


def test_d168_a_page_ends_at_1_mb(engine: Engine) -> None:
    engine.call("CreateTable", table("large"))
    for number in range(30):
        put = item(p="a", c=f"{number:02}", x="x" * 41_660)
        engine.call("PutItem", {"TableName": "large", "Item": put})
    page = engine.call("Query", QUERY | {"TableName": "large"})
    assert page["Count"] == 25
    assert page["LastEvaluatedKey"] == item(p="a", c="24")


def test_d163_count_gives_no_items(engine: Engine) -> None:
    assert query(engine, Select="COUNT") == {"Count": 8, "ScannedCount": 8}


@pytest.mark.parametrize(
    ("members", "attributes"),
    [
        pytest.param({"IndexName": "local"}, "pch", id="projected alone"),
        pytest.param({"IndexName": "local", "Select": "ALL_ATTRIBUTES"}, "pchgnxy", id="D163 all"),
        pytest.param(
            {"IndexName": "local", "ProjectionExpression": "y, h"}, "yh", id="D164 of the table"
        ),
    ],
)
def test_d163_d164_what_a_local_index_shows(
    engine: Engine, members: dict[str, Any], attributes: str
) -> None:
    assert set(query(engine, **members)["Items"][0]) == set(attributes)


@pytest.mark.parametrize(
    ("members", "text"),
    [
        pytest.param(
            {"Select": "ALL_ATTRIBUTES"},
            f"{INVALID}Select type ALL_ATTRIBUTES is not supported for global secondary index "
            "global because its projection type is not ALL",
            id="D163",
        ),
        pytest.param(
            {"ProjectionExpression": "p, y"},
            f"{INVALID}Global secondary index global does not project [y]",
            id="D164",
        ),
        pytest.param(
            {"ConsistentRead": True},
            "ValidationException: Consistent reads are not supported on global secondary indexes",
            id="D161",
        ),
    ],
)
def test_what_a_global_index_has_not(engine: Engine, members: dict[str, Any], text: str) -> None:
    body = {"TableName": "table", "IndexName": "global", **members}
    assert refused(engine, "Scan", **body) == text


def test_d161_d174_missing_indexes_and_tables(engine: Engine) -> None:
    text = "ValidationException: The table does not have the specified index: nothing"
    assert refused(engine, "Query", **(QUERY | {"IndexName": "nothing"})) == text
    assert refused(engine, "Scan", TableName="table", IndexName="nothing") == text
    assert refused(engine, "Scan", TableName="none", IndexName="nothing") == (
        "ResourceNotFoundException: Requested resource not found"
    )


@pytest.mark.parametrize(
    ("start", "members", "text"),
    [
        pytest.param(item(p="a"), {}, START, id="D162 incomplete"),
        pytest.param(item(p="a", z="b"), {}, START, id="D162 another name"),
        pytest.param(
            item(p="a", c=1),
            {},
            "ValidationException: The provided key element does not match the schema",
            id="D162 type",
        ),
        pytest.param(
            item(p="a", c=1, h=1),
            {"IndexName": "local"},
            f"{START}: The provided key element does not match the schema",
            id="D162 type of the table's",
        ),
        pytest.param(
            item(p="b", c="b"),
            {},
            "ValidationException: The provided starting key is outside query boundaries based on "
            "provided conditions",
            id="D162 outside",
        ),
        pytest.param(
            item(p="a", c="h"),
            {
                "KeyConditionExpression": "p = :p AND c < :c",
                "ExpressionAttributeValues": {":p": {"S": "a"}, ":c": {"S": "d"}},
            },
            "ValidationException: The provided starting key does not match the range key predicate",
            id="D162 range",
        ),
    ],
)
def test_d162_starting_keys_of_a_query(
    engine: Engine, start: dict[str, Any], members: dict[str, Any], text: str
) -> None:
    body = QUERY | members | {"ExclusiveStartKey": start}
    assert refused(engine, "Query", **body) == text


def test_d172_starting_keys_of_a_scan(engine: Engine) -> None:
    for start in (item(p="a"), item(p="a", c="b", z="z")):
        assert refused(engine, "Scan", TableName="table", ExclusiveStartKey=start) == (
            f"{START}: The provided key element does not match the schema"
        )


@pytest.mark.parametrize(
    ("members", "text"),
    [
        pytest.param(
            {"FilterExpression": "c = :p"},
            "Filter Expression can only contain non-primary key attributes: "
            "Primary key attribute: c",
            id="D116",
        ),
        pytest.param(
            {"IndexName": "local", "FilterExpression": "h = :p"},
            "Filter Expression can only contain non-primary key attributes: "
            "Primary key attribute: h",
            id="D116 index",
        ),
        pytest.param(
            {"ProjectionExpression": "c.x"},
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            "allowed: Key: c",
            id="D103",
        ),
    ],
)
def test_expressions_against_the_schema(engine: Engine, members: dict[str, Any], text: str) -> None:
    assert refused(engine, "Query", **(QUERY | members)) == f"ValidationException: {text}"


def test_d170_a_scan_is_in_the_order_of_aws(engine: Engine) -> None:
    """The digest of the hash key decides: b is first, then c, then a."""
    engine.call("CreateTable", table("hashes", "p"))
    for letter in "abc":
        engine.call("PutItem", {"TableName": "hashes", "Item": item(p=letter)})
    found = engine.call("Scan", {"TableName": "hashes"})["Items"]
    assert "".join(each["p"]["S"] for each in found) == "bca"


def test_d117_a_filter_skips_what_has_another_type(engine: Engine) -> None:
    values = {":p": {"S": "a"}, ":v": {"S": "x"}}
    body = {"FilterExpression": "n > :v", "ExpressionAttributeValues": values}
    page = query(engine, **body)
    assert (page["Count"], page["ScannedCount"]) == (0, 8)


def test_d173_an_item_with_nothing_left_is_counted(engine: Engine) -> None:
    page = engine.call("Scan", {"TableName": "table", "AttributesToGet": ["nothing"], "Limit": 2})
    assert (page["Items"], page["Count"]) == ([{}, {}], 2)
