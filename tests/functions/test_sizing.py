"""How much the template's events table takes, and what the command channel says beyond that."""

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import yaml
from command_channel.event_store import event_store
from command_channel.propose_destination import ProposeDestination
from functions.conftest import Connect, serving
from visitplannr.dynamodb.engine import Engine, open_engine
from visitplannr.dynamodb.throughput import BURST_SECONDS, Throughput
from visitplannr.dynamodb.wire import HttpRequest, Wire

CONTEXT = SimpleNamespace(aws_request_id="invocation")
SEVEN_STORIES = '{"name": "Seven Stories", "geolocation": "Newcastle upon Tyne"}'


class _Tags(yaml.SafeLoader):
    """Reads CloudFormation's tags as nothing."""


_Tags.add_multi_constructor("!", lambda *_: None)


class Channel:
    """The handler on a table of the template's capacity, whose clock stands still."""

    def __init__(self, connect: Connect) -> None:
        self.now = 1_800_000_000.0
        self.engine: Engine = open_engine(":memory:", lambda: self.now, region="eu-central-1")
        self.engine.meter = Throughput(
            lambda: self.now, self.engine.place.table_arn, lambda *_, **__: None, enforces=True
        )
        template = yaml.load(
            (Path(__file__).parents[2] / "template.yaml").read_text(encoding="utf-8"), _Tags
        )
        self.properties: dict[str, Any] = template["Resources"]["EventsTable"]["Properties"]
        self.engine.call("CreateTable", {**_made(self.properties), "TableName": "events"})
        self._wire = Wire(self.engine.call, time.time, "eu-central-1")
        self._connect = connect
        numbers = count(1)
        self._new_id = lambda: UUID(int=next(numbers))

    def answer(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        named = {name.lower(): value for name, value in headers.items()}
        answer = self._wire.answer(HttpRequest("POST", path, "", named, body))
        return answer.status, answer.body

    def handler(self, url: str) -> ProposeDestination:
        append = event_store(self._connect(url), "events")
        return ProposeDestination(append, self._new_id, lambda: 0, lambda: None)

    def leave(self, units: float) -> None:
        """Use the capacity up to so many units, as so many earlier proposals."""
        rate = self.properties["ProvisionedThroughput"]["WriteCapacityUnits"]
        used = rate * BURST_SECONDS - units
        assert self.engine.meter
        assert self.engine.meter.admit(
            self.engine.database.tables["events"], "write", [(None, used)]
        )


def _made(properties: dict[str, Any]) -> dict[str, Any]:
    wanted = ("AttributeDefinitions", "KeySchema", "ProvisionedThroughput")
    return {name: properties[name] for name in wanted}


@pytest.fixture
def channel(connect: Connect) -> Iterator[tuple[Channel, ProposeDestination]]:
    made = Channel(connect)
    with serving(made.answer) as url:
        yield made, made.handler(url)


def test_five_proposals_a_second_and_then_try_again(
    channel: tuple[Channel, ProposeDestination],
) -> None:
    table, propose = channel
    table.leave(0)
    table.now += 1
    request = {"body": SEVEN_STORIES, "headers": {}}
    answers = [propose(request, CONTEXT) for _ in range(6)]
    assert [one["statusCode"] for one in answers] == [200] * 5 + [503]
    assert answers[5]["headers"]["Retry-After"] == "1"
    table.now += 1
    assert propose(request, CONTEXT)["statusCode"] == 200


def test_1500_proposals_at_once_after_five_quiet_minutes(
    channel: tuple[Channel, ProposeDestination],
) -> None:
    table, propose = channel
    assert table.properties["ProvisionedThroughput"]["WriteCapacityUnits"] * BURST_SECONDS == 1_500
    table.leave(1)
    request = {"body": SEVEN_STORIES, "headers": {}}
    assert [propose(request, CONTEXT)["statusCode"] for _ in range(2)] == [200, 503]
