"""DynamoDB's expressions: text and placeholders in, conditions, projections, updates out."""

from visitplannr.dynamodb.expressions.conditions import Condition
from visitplannr.dynamodb.expressions.key_conditions import (
    KeyCondition,
    KeyConditions,
    KeyTest,
)
from visitplannr.dynamodb.expressions.key_expressions import KeyExpression
from visitplannr.dynamodb.expressions.parsing import (
    parse_condition,
    parse_key_condition,
    parse_projection,
    parse_update,
)
from visitplannr.dynamodb.expressions.paths import Path
from visitplannr.dynamodb.expressions.placeholders import Placeholders
from visitplannr.dynamodb.expressions.projections import Projection
from visitplannr.dynamodb.expressions.updates import Update

__all__ = [
    "Condition",
    "KeyCondition",
    "KeyConditions",
    "KeyExpression",
    "KeyTest",
    "Path",
    "Placeholders",
    "Projection",
    "Update",
    "parse_condition",
    "parse_key_condition",
    "parse_projection",
    "parse_update",
]
