"""The errors that DynamoDB answers with: code, text, and the code's namespace in `__type`."""

from collections.abc import Mapping, Sequence
from typing import Any

_VALIDATE = "com.amazon.coral.validate#"
_SERVICE = "com.amazon.coral.service#"
_DYNAMODB = "com.amazonaws.dynamodb.v20120810#"
# dynamodb.md D21: whatever is not here belongs to DynamoDB itself.
_NAMESPACES = {
    "ValidationException": _VALIDATE,
    "SerializationException": _SERVICE,
    "UnknownOperationException": _SERVICE,
    "AccessDeniedException": _SERVICE,
    "MissingAuthenticationTokenException": _SERVICE,
    "InvalidSignatureException": _SERVICE,
    "IncompleteSignatureException": _SERVICE,
}
_CAPITAL_MESSAGE = {"SerializationException", "AccessDeniedException"}


class DynamoDBError(Exception):
    """An answer of DynamoDB that is no success.

    `members` stand in the answer beside the message: `Item`, `CancellationReasons`.
    """

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        status: int = 400,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status
        self.members: Mapping[str, Any] = members or {}

    @property
    def type(self) -> str:
        """Give `__type`: the namespace and the code (dynamodb.md D21)."""
        return _NAMESPACES.get(self.code, _DYNAMODB) + self.code

    @property
    def body(self) -> dict[str, Any]:
        """Give the answer as JSON; the message's name has a capital in two of them (D22)."""
        name = "Message" if self.code in _CAPITAL_MESSAGE else "message"
        text = {} if self.message is None else {name: self.message}
        return {"__type": self.type, **text, **self.members}


class ItemContentError(DynamoDBError):
    """An item too large or nested too deeply: in a transaction a reason, not the error (D187)."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)


def validation(message: str) -> DynamoDBError:
    return DynamoDBError("ValidationException", message)


def invalid_parameter(message: str) -> DynamoDBError:
    """Make the ValidationException that begins as most of them do."""
    return validation(f"One or more parameter values were invalid: {message}")


def serialization(message: str | None = None) -> DynamoDBError:
    return DynamoDBError("SerializationException", message)


def not_found(message: str = "Requested resource not found") -> DynamoDBError:
    return DynamoDBError("ResourceNotFoundException", message)


def in_use(message: str) -> DynamoDBError:
    return DynamoDBError("ResourceInUseException", message)


def condition_failed(item: Mapping[str, Any] | None = None) -> DynamoDBError:
    """Make the error of a condition that does not hold, with the old item if asked for (D153)."""
    members = {"Item": item} if item else {}
    return DynamoDBError(
        "ConditionalCheckFailedException", "The conditional request failed", members=members
    )


def transaction_canceled(reasons: Sequence[Mapping[str, Any]]) -> DynamoDBError:
    """Make the error of a transaction, with a reason for each of its actions (D185)."""
    codes = ", ".join(str(reason["Code"]) for reason in reasons)
    return DynamoDBError(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        members={"CancellationReasons": list(reasons)},
    )
