"""Old and new parameters, which exclude each other, and placeholders (dynamodb.md part 9)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.expressions import Placeholders
from visitplannr.dynamodb.values.checking import checked_name, checked_value
from visitplannr.dynamodb.values.types import AttributeValue

Body: TypeAlias = Mapping[str, Any]
_KEY = {"Names": re.compile(r"#\w+", re.ASCII), "Values": re.compile(r":\w+", re.ASCII)}


@dataclass(frozen=True, slots=True)
class Styles:
    """An operation's old-style and new-style parameters, in the order of AWS's text (D78)."""

    old: tuple[str, ...]
    new: tuple[str, ...]

    def check(self, body: Body) -> None:
        """Refuse a request with parameters of both styles, or placeholders without expressions.

        Raises:
            DynamoDBError: D78 to D81.
        """
        new = [name for name in self.new if body.get(name) is not None]
        if new:
            self._check_old(body, new)
        elif body.get("ExpressionAttributeNames") is not None:
            raise validation(
                "ExpressionAttributeNames can only be specified when using expressions"
            )
        self._check_values(body)

    def _check_old(self, body: Body, new: Sequence[str]) -> None:
        old = [name for name in self.old if body.get(name) is not None]
        if body.get("KeyConditionExpression") is None and "KeyConditions" in old:
            old.remove("KeyConditions")  # D79
        if old:
            raise validation(
                "Can not use both expression and non-expression parameters in the same request:"
                f" Non-expression parameters: {{{', '.join(old)}}}"
                f" Expression parameters: {{{', '.join(new)}}}"
            )

    def _check_values(self, body: Body) -> None:
        if body.get("ExpressionAttributeValues") is None:
            return
        usable = [name for name in self.new if name != "ProjectionExpression"]
        if usable and all(body.get(name) is None for name in usable):
            raise validation(
                "ExpressionAttributeValues can only be specified when using expressions:"
                f" {' and '.join(usable)} {'are' if len(usable) > 1 else 'is'} null"
            )


def placeholders_of(body: Body) -> Placeholders:
    """Check ExpressionAttributeNames and ExpressionAttributeValues.

    Raises:
        DynamoDBError: an empty map (D82), a bad key (D83), a bad name (D54) or value (D84).
    """
    names = body.get("ExpressionAttributeNames")
    values = body.get("ExpressionAttributeValues")
    if names is None and values is None:
        return Placeholders()
    _check_keys("Names", names)
    _check_keys("Values", values)
    return Placeholders(
        {key: _name(key, name) for key, name in (names or {}).items()},
        {key: _value(key, value) for key, value in (values or {}).items()},
    )


def _check_keys(kind: str, given: Mapping[str, Any] | None) -> None:
    if given is None:
        return
    if not given:
        raise validation(f"ExpressionAttribute{kind} must not be empty")
    for key in given:
        if not _KEY[kind].fullmatch(key):
            raise validation(
                f'ExpressionAttribute{kind} contains invalid key: Syntax error; key: "{key}"'
            )


def _name(key: str, name: str | None) -> str:
    try:
        return checked_name(name or "")
    except DynamoDBError as error:
        raise _invalid("Names", key, error) from None


def _value(key: str, value: AttributeValue | None) -> AttributeValue:
    try:
        return checked_value(value)
    except DynamoDBError as error:
        raise _invalid("Values", key, error) from None


def _invalid(kind: str, key: str, error: DynamoDBError) -> DynamoDBError:
    return validation(
        f"ExpressionAttribute{kind} contains invalid value: {error.message} for key {key}"
    )
