"""An engine for each test."""

from collections.abc import Iterator

import pytest
from dynamodb.engines import Clock, new_engine
from visitplannr.dynamodb.engine import Engine


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(clock: Clock) -> Iterator[Engine]:
    engine = new_engine(clock)
    yield engine
    engine.close()
