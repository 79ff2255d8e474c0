"""Old-style conditions and updates: Expected, the filters, KeyConditions, AttributeUpdates."""

from visitplannr.dynamodb.legacy.conditions import (
    expected_condition,
    filter_condition,
    key_conditions,
)
from visitplannr.dynamodb.legacy.updates import attribute_updates

__all__ = ["attribute_updates", "expected_condition", "filter_condition", "key_conditions"]
