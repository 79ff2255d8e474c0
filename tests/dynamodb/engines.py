"""Engines in memory, on a clock that stands still, and tables for them."""

from typing import Any

from visitplannr.dynamodb.engine import Engine, open_engine
from visitplannr.dynamodb.errors import DynamoDBError

START = 1_800_000_000.0
TYPES = {"p": "S", "c": "S", "n": "N", "b": "B", "g": "S", "h": "N"}


class Clock:
    """Epoch seconds that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


def new_engine(clock: Clock | None = None, database: str = ":memory:") -> Engine:
    return open_engine(database, clock or Clock(), say=lambda _: None)


def keys(*names: str) -> list[dict[str, str]]:
    """Give a KeySchema: names are HASH, those after a star RANGE."""
    kind, elements = "HASH", []
    for name in names:
        if name == "*":
            kind = "RANGE"
        else:
            elements.append({"AttributeName": name, "KeyType": kind})
    return elements


def index(name: str, *schema: str, projection: str = "ALL", **more: Any) -> dict[str, Any]:
    projected = {"ProjectionType": projection, **more}
    return {"IndexName": name, "KeySchema": keys(*schema), "Projection": projected}


def table(name: str = "table", *schema: str, **members: Any) -> dict[str, Any]:
    """Give CreateTable's request with the definitions that its keys need."""
    body: dict[str, Any] = {"TableName": name, "BillingMode": "PAY_PER_REQUEST"}
    body |= {"KeySchema": keys(*(schema or ("p", "*", "c"))), **members}
    schemas = [body["KeySchema"]]
    for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        schemas += [each["KeySchema"] for each in body.get(kind) or ()]
    used = {element["AttributeName"] for elements in schemas for element in elements}
    body.setdefault(
        "AttributeDefinitions",
        [{"AttributeName": each, "AttributeType": TYPES[each]} for each in sorted(used)],
    )
    return body


def item(**attributes: Any) -> dict[str, dict[str, Any]]:
    """Give an item: texts are S, whole numbers N, bytes B's base64, the rest as it is."""
    return {name: value(content) for name, content in attributes.items()}


def value(content: Any) -> dict[str, Any]:
    if isinstance(content, str):
        return {"S": content}
    return {"N": str(content)} if isinstance(content, int) else content


def refused(engine: Engine, operation: str, **body: Any) -> str:
    """Give the error that an operation ends with: its code and message."""
    try:
        answer = engine.call(operation, body)
    except DynamoDBError as error:
        return f"{error.code}: {error.message}"
    raise AssertionError(answer)
