"""CloudFormation's intrinsic functions, resolved by what is known of a stack.

A function that cannot be resolved stays in its place, with its argument resolved as far as that
goes ("Intrinsic function reference").
"""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_VARIABLE = re.compile(r"\$\{([^}]+)\}")


class _Nothing:
    """What stands for a value that is not there."""


NO_VALUE: Final = _Nothing()
_UNKNOWN: Final = _Nothing()


@dataclass(frozen=True, slots=True)
class Intrinsics:
    """Resolves values of one template.

    `names` are parameters, pseudo parameters and physical ids; `attribute` gives that of a logical
    id (Fn::GetAtt) and `holds` says whether a condition does; both give None if nobody knows.
    """

    names: Mapping[str, Any]
    attribute: Callable[[str, str], str | None]
    holds: Callable[[str], bool | None]
    mappings: Mapping[str, Any]

    def resolve(self, value: Any) -> Any:
        """Resolve a value and all within it; `AWS::NoValue` removes what has it."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if not is_intrinsic(value):
            resolved = {key: self.resolve(item) for key, item in value.items()}
            return {key: item for key, item in resolved.items() if item is not NO_VALUE}
        ((function, argument),) = value.items()
        if function == "Fn::If":
            return self._chosen(argument)
        given = self.resolve(argument)
        found = self._result(function, given)
        return {function: given} if found is _UNKNOWN else found

    def _chosen(self, argument: Any) -> Any:
        """Choose a branch of Fn::If; what nobody knows stays whole."""
        match argument:
            case [str(name), then, otherwise] if (holds := self.holds(name)) is not None:
                return self.resolve(then if holds else otherwise)
        return {"Fn::If": argument}

    def _result(self, function: str, given: Any) -> Any:
        match function, given:
            case "Ref", str(name):
                return self.names.get(name, _UNKNOWN)
            case "Fn::GetAtt", [str(_), str(_)] | str(_):
                return self._attribute(given if isinstance(given, str) else ".".join(given))
            case "Fn::Sub", str(template) | [str(template)]:
                return self._substituted(template, {})
            case "Fn::Sub", [str(template), dict(names)]:
                return self._substituted(template, names)
            case "Fn::FindInMap", [str(name), first, second, *rest]:
                return self._mapped(name, first, second, rest)
        return _computed(function, given)

    def _attribute(self, dotted: str) -> Any:
        found = self.attribute(*dotted.partition(".")[::2])
        return _UNKNOWN if found is None else found

    def _mapped(self, name: str, first: Any, second: Any, rest: list[Any]) -> Any:
        """Look a value up; its DefaultValue is for keys that are known and not there."""
        match self.mappings.get(name), rest:
            case {**rows}, _ if isinstance(row := rows.get(text(first)), Mapping) and (
                text(second) in row
            ):
                return row[text(second)]
            case _, [{"DefaultValue": default}] if not any(references([first, second])):
                return default
        return _UNKNOWN

    def _substituted(self, template: str, names: Mapping[str, Any]) -> Any:
        """Replace `${Name}` and `${Name.Attribute}`; `${!Name}` is the text `${Name}`."""
        known = {name: self._named(name, names) for name in _VARIABLE.findall(template)}
        if None in known.values():
            return _UNKNOWN
        return _VARIABLE.sub(lambda found: str(known[found[1]]), template)

    def _named(self, name: str, names: Mapping[str, Any]) -> str | None:
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        if name in names:
            return text(names[name])
        if "." in name:
            return self.attribute(*name.partition(".")[::2])
        return text(self.names.get(name))


def _computed(function: str, given: Any) -> Any:
    """Compute what needs nothing but its argument."""
    match function, given:
        case "Fn::Join", [str(separator), list(parts)]:
            texts = [written for part in parts if (written := text(part)) is not None]
            return separator.join(texts) if len(texts) == len(parts) else _UNKNOWN
        case "Fn::Split", [str(separator), str(joined)] if separator:
            return joined.split(separator)
        case "Fn::Select", [index, list(items)] if str(index).isdecimal() and int(index) < len(
            items
        ):
            return items[int(index)]
    return _UNKNOWN if any(references(given)) else _of_values(function, given)


def _of_values(function: str, given: Any) -> Any:
    """Compute what needs its argument whole."""
    match function, given:
        case "Fn::Base64", str(plain):
            return base64.b64encode(plain.encode()).decode()
        case "Fn::Length", list(items):
            return len(items)
        case "Fn::ToJsonString", value:
            return json.dumps(value, separators=(",", ":"))
    return _UNKNOWN


def text(value: Any) -> str | None:
    """Write a scalar as CloudFormation does; None for anything else."""
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            return str(value)
    return None


def is_intrinsic(value: Any) -> bool:
    """Say whether a value is an intrinsic function: {"Ref": …} or {"Fn::…": …}."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    key = next(iter(value))
    return isinstance(key, str) and (key == "Ref" or key.startswith("Fn::"))


def references(value: Any, place: str = "") -> Iterator[str]:
    """Yield the places of the intrinsic functions within a value, as JSON pointers."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from references(item, f"{place}/{index}")
    elif is_intrinsic(value):
        yield place
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from references(item, f"{place}/{key}")
