"""Attribute values in DynamoDB JSON: checks, numbers, sizes, comparison."""

from visitplannr.dynamodb.values.checking import checked_item, checked_name, checked_value
from visitplannr.dynamodb.values.comparison import begins_with, compare, contains, equal
from visitplannr.dynamodb.values.numbers import canonical_number
from visitplannr.dynamodb.values.sizes import item_size, value_size
from visitplannr.dynamodb.values.types import AttributeValue, Item

__all__ = [
    "AttributeValue",
    "Item",
    "begins_with",
    "canonical_number",
    "checked_item",
    "checked_name",
    "checked_value",
    "compare",
    "contains",
    "equal",
    "item_size",
    "value_size",
]
