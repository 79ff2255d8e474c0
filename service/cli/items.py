"""`visitplannr items`: the items of a table, wherever it is."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from service.backend.tables import Item, TableKeys, plain, read_keys, read_page
from service.cli.place import Place, PlaceError, physical_name

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
    """Print items, at most `limit` at first; with `follow`, new ones until interrupted.

    Raises:
        PlaceError: there is no such table or key, or it cannot be read.
    """
    name = physical_name(place, query.table, "DynamoDB::Table")
    client = place.backend.client("dynamodb")
    try:
        keys = read_keys(client, name)
        shown: set[str] = set()
        for item in _items(client, name, keys, query):
            if len(shown) == query.limit:
                _say(f"more than {query.limit}: --limit shows more", query)
                break
            shown.add(_identity(item, keys))
            _print(item, keys, as_json=query.as_json)
        while query.follow:
            time.sleep(_POLL_SECONDS)
            for item in _items(client, name, keys, query):
                if (identity := _identity(item, keys)) not in shown:
                    shown.add(identity)
                    _print(item, keys, as_json=query.as_json)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise PlaceError(f"the table {query.table} cannot be read: {error}") from error
    if not shown:
        _say("no items", query)
    return 0


def _items(client: Any, name: str, keys: TableKeys, query: ItemQuery) -> Iterator[Item]:
    wanted = {}
    for key in query.keys:
        attribute, equals, value = key.partition("=")
        if not equals:
            raise ValueError(f"{key} is no NAME=VALUE")
        wanted[attribute] = value
    start: Item | None = None
    while True:
        page = read_page(client, name, keys, wanted, limit=1000, start=start)
        yield from page.items
        start = page.next_start
        if start is None:
            return


def _identity(item: Item, keys: TableKeys) -> str:
    return json.dumps([item[name] for name in keys.names], default=repr)


def _print(item: Item, keys: TableKeys, *, as_json: bool) -> None:
    values = plain(item)
    if as_json:
        sys.stdout.write(f"{json.dumps(values)}\n")
    else:
        sys.stdout.write("  ".join(f"{name}={values.pop(name)}" for name in keys.names) + "\n")
        for name, value in values.items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            sys.stdout.write(f"  {name}: {text}\n")
    sys.stdout.flush()


def _say(line: str, query: ItemQuery) -> None:
    if not query.as_json:
        sys.stderr.write(f"{line}\n")
