"""The values of YAML's nodes, as CloudFormation takes them."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

DEPTH = 100
_VALUES = 200_000
_TAG = "tag:yaml.org,2002:"
_SCALARS: Any = yaml.SafeLoader("")
_CONSTRUCT: Mapping[str, Callable[[yaml.Node], Any]] = {
    f"{_TAG}bool": _SCALARS.construct_yaml_bool,
    f"{_TAG}int": _SCALARS.construct_yaml_int,
    f"{_TAG}float": _SCALARS.construct_yaml_float,
    f"{_TAG}null": _SCALARS.construct_yaml_null,
}
_NUMBERS = frozenset({f"{_TAG}int", f"{_TAG}float"})

Steps = tuple[str | int, ...]


class YamlReader:
    """Makes values of nodes, and counts them: an alias counts as what it stands for.

    `error` makes the exception of a node and what is wrong with it. `numeric` collects the keys
    that are numbers: each with its place, and its line and column from 1.
    """

    def __init__(self, error: Callable[[yaml.Node, str], Exception]) -> None:
        self.numeric: list[tuple[Steps, int, int]] = []
        self._error = error
        self._left = _VALUES
        self._open: set[int] = set()

    def value(self, node: yaml.Node, place: Steps, depth: int) -> Any:
        """Give the value of a node that is at a place, so many levels deep."""
        self._left -= 1
        if self._left < 0:
            raise self._error(node, f"its aliases make more than {_VALUES:,} values of it")
        if depth > DEPTH:
            raise self._error(node, f"is nested more than {DEPTH} deep")
        if id(node) in self._open:
            raise self._error(node, "an alias stands within its own anchor")
        self._open.add(id(node))
        try:
            return self._tagged(node, place, depth)
        finally:
            self._open.discard(id(node))

    def _tagged(self, node: yaml.Node, place: Steps, depth: int) -> Any:
        """Write a short intrinsic (`!Ref`) in its long form."""
        found = self._plain(node, place, depth)
        if not node.tag.startswith("!") or node.tag == "!":
            return found
        name = node.tag[1:]
        if name == "GetAtt" and isinstance(found, str):
            found = found.split(".", 1)
        return {name if name in {"Ref", "Condition"} else f"Fn::{name}": found}

    def _plain(self, node: yaml.Node, place: Steps, depth: int) -> Any:
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, place, depth))
        if isinstance(node, yaml.SequenceNode):
            return [
                self.value(item, (*place, index), depth + 1)
                for index, item in enumerate(node.value)
            ]
        return _scalar(node)

    def _pairs(self, node: yaml.MappingNode, place: Steps, depth: int) -> Iterator[tuple[str, Any]]:
        """Yield what is merged in first (`<<`), so that a mapping's own pairs win."""
        for key, item in node.value:
            if key.tag == f"{_TAG}merge":
                yield from self._merged(item, place, depth)
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._error(key, "map keys must be strings")
            if key.tag in _NUMBERS:
                mark = key.start_mark
                self.numeric.append(((*place, key.value), mark.line + 1, mark.column + 1))
            if key.tag != f"{_TAG}merge":
                yield key.value, self.value(item, (*place, key.value), depth + 1)

    def _merged(self, node: yaml.Node, place: Steps, depth: int) -> Iterator[tuple[str, Any]]:
        many = isinstance(node, yaml.SequenceNode)
        for one in reversed(node.value) if many else [node]:
            found = self.value(one, place, depth + 1)
            if not isinstance(found, dict):
                raise self._error(one, "only mappings can be merged (<<)")
            yield from found.items()


def _scalar(node: yaml.Node) -> Any:
    """Give what YAML 1.1 takes for a boolean, a number or nothing; anything else as it is written.

    Infinite numbers are none to JSON, so they stay as they are written, too.
    """
    try:
        found = _CONSTRUCT[node.tag](node) if node.tag in _CONSTRUCT else node.value
    except ValueError:
        return node.value
    return node.value if isinstance(found, float) and not math.isfinite(found) else found
