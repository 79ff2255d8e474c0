"""Arguments of TransactWriteItems and TransactGetItems (dynamodb.md D182, D187, D188, D191)."""

from collections.abc import Callable, Mapping
from typing import Any

from visitplannr.dynamodb.arguments.items import (
    Change,
    Delete,
    Get,
    Put,
    change,
    delete,
    get,
    put,
)
from visitplannr.dynamodb.arguments.styles import Body
from visitplannr.dynamodb.errors import (
    ItemContentError,
    invalid_parameter,
    transaction_canceled,
)

_KINDS: Mapping[str, Callable[[Body], Put | Delete | Change]] = {
    "ConditionCheck": delete,
    "Put": put,
    "Delete": delete,
    "Update": change,
}


def transact_write(body: Body) -> list[tuple[str, str, Put | Delete | Change]]:
    """TransactWriteItems: kind (`Put`, `Delete`, `Update`, `ConditionCheck`), table, arguments."""
    given = body["TransactItems"]
    actions: list[tuple[str, str, Put | Delete | Change]] = []
    for one in given:
        try:
            actions.append(_action(one))
        except ItemContentError as error:
            reasons: list[dict[str, Any]] = [{"Code": "None"} for _ in given]
            reasons[len(actions)] = {"Code": "ValidationError", "Message": error.message}
            raise transaction_canceled(reasons) from None
    return actions


def _action(given: Mapping[str, Any]) -> tuple[str, str, Put | Delete | Change]:
    kinds = [kind for kind in _KINDS if given.get(kind) is not None]
    if len(kinds) != 1:
        raise invalid_parameter(
            "TransactItems can only contain one of Check, Put, Update or Delete"
        )
    part = given[kinds[0]]
    return kinds[0], part["TableName"], _KINDS[kinds[0]](part)


def transact_get(body: Body) -> list[tuple[str, Get]]:
    """TransactGetItems: table, arguments."""
    return [(given["Get"]["TableName"], get(given["Get"])) for given in body["TransactItems"]]
