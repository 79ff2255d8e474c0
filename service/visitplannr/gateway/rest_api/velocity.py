"""Mapping templates: Velocity as API Gateway evaluates it, by airspeed; values have Java's methods.

airspeed is held to what AWS answered: a value that is not there is true to `#if`, for instance.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from airspeed import operators

from visitplannr.gateway.rest_api.velocity_values import (
    JavaList,
    JavaMap,
    VelocityError,
    to_java,
)

Methods = Mapping[str, Callable[..., Any]]


def render(template: str, names: Mapping[str, Any]) -> str:
    """Evaluate a template; `names` are its variables, which it may change.

    Raises:
        VelocityError: it cannot be read or evaluated.
    """
    try:
        return str(_compiled(template).merge(dict(names)))
    except (operators.TemplateError, RecursionError, LookupError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise VelocityError(f"the mapping template cannot be evaluated: {reason}") from error


@lru_cache(maxsize=512)
def _compiled(template: str) -> Any:
    compiled = operators.Template(template)
    compiled.ensure_compiled()
    return compiled


def _entries(mapping: Mapping[str, Any]) -> list[JavaMap]:
    return [JavaMap(key=key, value=value) for key, value in mapping.items()]


def _replace_first(text: str, pattern: str, replacement: str) -> str:
    return re.sub(pattern, _python_groups(replacement), text, count=1)


def _replace_all(text: str, pattern: str, replacement: str) -> str:
    return re.sub(pattern, _python_groups(replacement), text)


def _python_groups(replacement: str) -> str:
    r"""Write the replacement of a regular expression as Python does: `\1` for Java's `$1`."""
    plain = re.sub(r"\\(.)", r"\1", replacement).replace("\\", r"\\")
    return re.sub(r"\$(\d)", r"\\\1", plain)


def _put(mapping: dict[str, Any], key: str, value: Any) -> Any:
    before = mapping.get(key)
    mapping[key] = value
    return before


def _add(items: list[Any], value: Any) -> bool:
    items.append(value)
    return True


_OF_MAPS: Methods = {
    "containsKey": lambda self, key: key in self,
    "containsValue": lambda self, value: value in self.values(),
    "entrySet": _entries,
    "getKey": lambda self: self.get("key"),
    "getValue": lambda self: self.get("value"),
    "isEmpty": lambda self: not self,
    "keySet": JavaList,
    "put": _put,
    "putAll": lambda self, values: self.update(values),
    "remove": lambda self, key: self.pop(key, None),
    "size": len,
    "toString": lambda self: str(to_java(self)),
}
_OF_LISTS: Methods = {
    "add": _add,
    "addAll": lambda self, values: self.extend(values),
    "contains": lambda self, value: value in self,
    "get": lambda self, index: self[index],
    "indexOf": lambda self, value: self.index(value) if value in self else -1,
    "isEmpty": lambda self: not self,
    "set": lambda self, index, value: self.__setitem__(index, value),
    "size": len,
    "toString": lambda self: str(to_java(self)),
}
_OF_TEXTS: Methods = {
    "charAt": lambda self, index: self[index],
    "concat": lambda self, other: self + other,
    "contains": lambda self, part: part in self,
    "endsWith": lambda self, end: self.endswith(end),
    "equals": lambda self, other: self == other,
    "equalsIgnoreCase": lambda self, other: self.lower() == str(other).lower(),
    "indexOf": lambda self, part: self.find(part),
    "isEmpty": lambda self: not self,
    "lastIndexOf": lambda self, part: self.rfind(part),
    "length": len,
    "matches": lambda self, pattern: bool(re.fullmatch(pattern, self)),
    "replaceAll": _replace_all,
    "replaceFirst": _replace_first,
    "startsWith": lambda self, start: self.startswith(start),
    "substring": lambda self, start, end=None: self[start:end],
    "toLowerCase": lambda self: self.lower(),
    "toString": str,
    "toUpperCase": lambda self: self.upper(),
    "trim": lambda self: self.strip(),
}
# airspeed's own table of the methods that values have beside Python's, by their class
operators.__additional_methods__.update(
    {
        dict: _OF_MAPS,
        JavaMap: _OF_MAPS,
        list: _OF_LISTS,
        JavaList: _OF_LISTS,
        str: _OF_TEXTS,
    }
)
