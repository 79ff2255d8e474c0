"""The conditions of a template ("Condition functions")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.template.intrinsics import references


@dataclass(frozen=True, slots=True)
class Conditions:
    """Evaluates the `definitions`; `resolve` resolves what they compare."""

    definitions: Mapping[str, Any]
    resolve: Callable[[Any], Any]

    def holds(self, name: str) -> bool | None:
        """Say whether a condition holds; None if nobody knows."""
        return self._named(name, frozenset())

    def _named(self, name: str, asked: frozenset[str]) -> bool | None:
        """Evaluate one; a condition that is `asked` for already goes round in a circle."""
        if name not in self.definitions or name in asked:
            return None
        return self._evaluated(self.definitions[name], asked | {name})

    def _evaluated(self, expression: Any, asked: frozenset[str]) -> bool | None:
        match expression:
            case {"Condition": str(name)}:
                return self._named(name, asked)
            case {"Fn::Equals": [left, right]}:
                return self._equal(left, right)
            case {"Fn::Not": [one]}:
                negated = self._evaluated(one, asked)
                return None if negated is None else not negated
            case {"Fn::And": list(parts)}:
                return self._all([self._evaluated(part, asked) for part in parts])
            case {"Fn::Or": list(parts)}:
                denied = [self._evaluated({"Fn::Not": [part]}, asked) for part in parts]
                none = self._all(denied)
                return None if none is None else not none
        return None

    def _equal(self, left: Any, right: Any) -> bool | None:
        compared = [self.resolve(left), self.resolve(right)]
        if next(references(compared), None) is not None:
            return None
        first, second = (value if isinstance(value, list) else str(value) for value in compared)
        return bool(first == second)

    @staticmethod
    def _all(parts: list[bool | None]) -> bool | None:
        """Join with "and": one that is false decides, whatever is not known."""
        if False in parts:
            return False
        return None if None in parts else True
