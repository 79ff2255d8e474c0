"""What values are to a mapping template: Java's maps and lists, written as Java writes them.

Evaluating templates (`rest_api/velocity.py`) takes long to import, and most APIs have none.
"""

import json
from collections.abc import Mapping
from typing import Any


class VelocityError(Exception):
    """Raise for a template that cannot be evaluated; the message says where and why."""


class JavaMap(dict[str, Any]):
    """A map; written as `{a=1, b=2}`."""

    def __str__(self) -> str:
        return f"{{{', '.join(f'{key}={written(value)}' for key, value in self.items())}}}"


class JavaList(list[Any]):
    """A list of JSON; written as that."""

    def __str__(self) -> str:
        return json.dumps(self, separators=(",", ":"), ensure_ascii=False)


def to_java(value: Any) -> Any:
    """Make what a template sees of JSON."""
    if isinstance(value, Mapping):
        return JavaMap({key: to_java(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return JavaList(to_java(item) for item in value)
    return value


def written(value: Any) -> str:
    """Write a value as Java does."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
