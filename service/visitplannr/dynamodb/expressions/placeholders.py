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
        self.used: set[str] = set()

    @property
    def names(self) -> tuple[tuple[str, str], ...] | None:
        """Give the names as a key of a cache; None if there are values, too."""
        return None if self._values else tuple(self._names.items())

    def name(self, placeholder: str) -> str | None:
        """Give what `#name` stands for, None if it is not defined."""
        self.used.add(placeholder)
        return self._names.get(placeholder)

    def value(self, placeholder: str) -> AttributeValue | None:
        """Give what `:value` stands for, None if it is not defined."""
        self.used.add(placeholder)
        return self._values.get(placeholder)

    def check_all_used(self) -> None:
        """Refuse what no expression of the request has used (dynamodb.md D95).

        Raises:
            DynamoDBError: names or values are left over.
        """
        if not self._names and not self._values:
            return
        for kind, given in (("Names", self._names), ("Values", self._values)):
            unused = [key for key in given if key not in self.used]
            if unused:
                raise validation(
                    f"Value provided in ExpressionAttribute{kind} unused in expressions:"
                    f" keys: {{{', '.join(unused)}}}"
                )
