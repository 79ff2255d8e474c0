"""Which keys a query asks for (dynamodb.md D124, D156 to D160, D202)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from visitplannr.dynamodb.errors import DynamoDBError, invalid_parameter, validation
from visitplannr.dynamodb.values.comparison import kind_of
from visitplannr.dynamodb.values.types import AttributeValue

_INDEXABLE = frozenset({"=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"})


@dataclass(frozen=True, slots=True)
class KeyTest:
    """A test of a key attribute: two values for BETWEEN, one for the others.

    `operator` is one of `=`, `<`, `<=`, `>`, `>=`, `BETWEEN`, `begins_with`; before the check
    against a schema it may be an old-style one that no index serves.
    """

    operator: str
    values: tuple[AttributeValue, ...]


@dataclass(frozen=True, slots=True)
class KeyCondition:
    """The hash values in the order of the schema, and tests of range attributes from the left.

    All but the last test are `=`.
    """

    hashes: tuple[AttributeValue, ...]
    ranges: tuple[KeyTest, ...]


@dataclass(frozen=True, slots=True)
class KeyConditions:
    """Conditions of a query, old or new style, by attribute, before its table is known."""

    tests: Mapping[str, KeyTest]

    def against(
        self, hash_names: Sequence[str], range_names: Sequence[str], types: Mapping[str, str]
    ) -> KeyCondition:
        """Match them with a table's or an index's key schema and its attributes' types.

        Raises:
            DynamoDBError: they do not fit (D158, D202).
        """
        if len(hash_names) > 1 or len(range_names) > 1:
            self._check_several(hash_names, range_names)
        else:
            self._check_single(hash_names[0], range_names)
        self._check_indexable()
        self._check_types(types)
        if any(self.tests[name].operator != "=" for name in hash_names):
            raise validation("Query key condition not supported")
        return KeyCondition(
            tuple(self.tests[name].values[0] for name in hash_names),
            tuple(self.tests[name] for name in range_names if name in self.tests),
        )

    def _check_single(self, hash_name: str, range_names: Sequence[str]) -> None:
        if len(self.tests) > 1 + len(range_names):
            raise validation("Query key condition not supported")
        if hash_name not in self.tests:
            raise _missed(hash_name)
        if len(self.tests) > 1 and range_names[0] not in self.tests:
            raise _missed(range_names[0])

    def _check_several(self, hash_names: Sequence[str], range_names: Sequence[str]) -> None:
        for name in hash_names:
            if name not in self.tests or self.tests[name].operator != "=":
                raise validation(
                    "Query key condition not supported: all HASH key attributes must be given"
                    f" with an equality condition, which is missing for: {name}"
                )
        for name in self.tests:
            if name not in hash_names and name not in range_names:
                raise _missed((*range_names, *hash_names)[0])
        self._check_from_left(range_names)

    def _check_from_left(self, range_names: Sequence[str]) -> None:
        """A range attribute needs `=` on all before it."""
        used = [index for index, name in enumerate(range_names) if name in self.tests]
        for name in range_names[: used[-1] if used else 0]:
            if name not in self.tests or self.tests[name].operator != "=":
                raise validation(
                    "Query key condition not supported: RANGE key attributes before the last one"
                    f" used need an equality condition, which is missing for: {name}"
                )

    def _check_indexable(self) -> None:
        if any(test.operator not in _INDEXABLE for test in self.tests.values()):
            raise validation("Attempted conditional constraint is not an indexable operation")

    def _check_types(self, types: Mapping[str, str]) -> None:
        for name, test in self.tests.items():
            for value in test.values:
                if kind_of(value) != types[name]:
                    raise invalid_parameter("Condition parameter type does not match schema type")


def _missed(name: str) -> DynamoDBError:
    return validation(f"Query condition missed key schema element: {name}")
