"""What stands for `#name` and `:value`, and which of them a request's expressions have used."""

from collections.abc import Mapping

from visitplannr.dynamodb.errors import validation
from visitplannr.dynamodb.values.types import AttributeValue


class Placeholders:
    """ExpressionAttributeNames and ExpressionAttributeValues of one request; values are checked."""

    def __init__(
        self,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, AttributeValue] | None = None,
    ) -> None:
        self._names = names or {}
        self._values = values or {}
        self._used: set[str] = set()

    def name(self, placeholder: str) -> str | None:
        """Give what `#name` stands for, None if it is not defined."""
        self._used.add(placeholder)
        return self._names.get(placeholder)

    def value(self, placeholder: str) -> AttributeValue | None:
        """Give what `:value` stands for, None if it is not defined."""
        self._used.add(placeholder)
        return self._values.get(placeholder)

    def check_all_used(self) -> None:
        """Refuse what no expression of the request has used (dynamodb.md D95).

        Raises:
            DynamoDBError: names or values are left over.
        """
        for kind, given in (("Names", self._names), ("Values", self._values)):
            unused = [key for key in given if key not in self._used]
            if unused:
                raise validation(
                    f"Value provided in ExpressionAttribute{kind} unused in expressions:"
                    f" keys: {{{', '.join(unused)}}}"
                )
