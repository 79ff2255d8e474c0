"""The four kinds of expressions: text and placeholders in, something to evaluate out."""

from typing import Literal, TypeAlias

from visitplannr.dynamodb.expressions.conditions import Condition
from visitplannr.dynamodb.expressions.key_conditions import KeyConditions
from visitplannr.dynamodb.expressions.placeholders import Placeholders
from visitplannr.dynamodb.expressions.projections import Projection
from visitplannr.dynamodb.expressions.updates import Update

ConditionParameter: TypeAlias = Literal["ConditionExpression", "FilterExpression"]


def parse_condition(
    text: str, parameter: ConditionParameter, placeholders: Placeholders
) -> Condition:
    raise NotImplementedError


def parse_key_condition(text: str, placeholders: Placeholders) -> KeyConditions:
    raise NotImplementedError


def parse_projection(text: str, placeholders: Placeholders) -> Projection:
    raise NotImplementedError


def parse_update(text: str, placeholders: Placeholders) -> Update:
    raise NotImplementedError
