"""`visitplannr items`: the items of a table, wherever it is."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from visitplannr.backend.tables import Item, TableKeys, TableQuery, plain, read_all, read_keys
from visitplannr.cli.output import complain, print_json, print_line
from visitplannr.cli.place import Place, PlaceError, physical_name

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """What to show; `keys` are of the form NAME=VALUE."""

    table: str
    keys: tuple[str, ...]
    limit: int
    follow: bool
    as_json: bool


def run_items(place: Place, query: ItemQuery) -> int:
    """Print items, at most `limit`; with `follow`, then those that are new, until interrupted.

    Raises:
        PlaceError: there is no such table or key, or it cannot be read.
    """
    name = physical_name(place, query.table, "DynamoDB::Table")
    client = place.backend.client("dynamodb")
    try:
        keys = read_keys(client, name)
        wanted = TableQuery(name, keys, dict(map(_name_and_value, query.keys)))
        known = set()
        for number, item in enumerate(_items(client, wanted, query)):
            known.add(_identity(item, keys))
            if number < query.limit:
                _print(item, keys, as_json=query.as_json)
            elif not query.follow:
                break
        _say_what_is_missing(len(known), query)
        while query.follow:
            time.sleep(_POLL_SECONDS)
            for item in read_all(client, wanted):
                if (identity := _identity(item, keys)) not in known:
                    known.add(identity)
                    _print(item, keys, as_json=query.as_json)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise PlaceError(f"the table {query.table} cannot be read: {error}") from error
    return 0


def _items(client: "DynamoDBClient", wanted: TableQuery, query: ItemQuery) -> Iterator[Item]:
    """Read items in pages that have one more than is shown: it says that there are more."""
    return read_all(client, wanted, page_size=min(query.limit + 1, 1000))


def _name_and_value(key: str) -> tuple[str, str]:
    name, equals, value = key.partition("=")
    if not equals:
        raise ValueError(f"{key} is no NAME=VALUE")
    return name, value


def _identity(item: Item, keys: TableKeys) -> str:
    return repr([item[name] for name in keys.names])


def _say_what_is_missing(count: int, query: ItemQuery) -> None:
    if count > query.limit:
        complain(f"more than {query.limit}: --limit shows more")
    if count == 0 and not query.as_json:
        complain("no items")


def _print(item: Item, keys: TableKeys, *, as_json: bool) -> None:
    values = plain(item)
    if as_json:
        print_json(values)
    else:
        print_line("  ".join(f"{name}={values.pop(name)}" for name in keys.names))
        for name, value in values.items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            print_line(f"  {name}: {text}")
