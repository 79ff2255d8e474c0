"""DynamoDB in memory, at a time that tests move."""

import itertools

import pytest
from visitplannr.dynamodb.engine import Engine, open_engine


@pytest.fixture
def tables() -> Engine:
    """An engine whose clock goes on by a second with each look at it."""
    seconds = itertools.count(1_800_000_000)
    return open_engine(":memory:", lambda: float(next(seconds)))
