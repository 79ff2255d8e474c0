"""The parameters of a template: their values, and what CloudFormation says of wrong ones.

("Parameters" in CloudFormation's user guide; a value of NoEcho is in no message.)
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.template.document import Document
from visitplannr.template.intrinsics import text
from visitplannr.template.problems import Problem, TemplateError

FLAG = "--parameter-overrides"
SSM_VALUE = "AWS::SSM::Parameter::Value<"
_LISTS = ("CommaDelimitedList", "List<")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_BYTES = 4096  # of one value ("CloudFormation quotas")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One as the template declares it."""

    name: str
    type: str
    declared: Mapping[str, Any]

    @property
    def default(self) -> str | None:
        return as_text(self.declared.get("Default"))

    @property
    def is_list(self) -> bool:
        return self.type.removeprefix(SSM_VALUE).startswith(_LISTS)

    @property
    def is_number(self) -> bool:
        return self.type in {"Number", "List<Number>"}

    @property
    def no_echo(self) -> bool:
        return (text(self.declared.get("NoEcho")) or "").lower() == "true"

    @property
    def names_ssm(self) -> bool:
        """Say whether its value is the name of an SSM parameter, which has what Ref gives."""
        return self.type.startswith(SSM_VALUE)


def as_text(value: Any) -> str | None:
    """Write a value of a parameter; a list stands for its parts with commas between them."""
    if isinstance(value, list):
        return ",".join(text(part) or "" for part in value)
    return text(value)


def declared(template: Mapping[str, Any]) -> dict[str, Parameter]:
    """List the parameters of a template."""
    found = template.get("Parameters") or {}
    return {
        name: Parameter(name, str(one.get("Type", "String")), one)
        for name, one in found.items()
        if isinstance(one, Mapping)
    }


def values(template: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Give each parameter's value: what is given, or its default; without either it has none."""
    found = {name: given.get(name, one.default) for name, one in declared(template).items()}
    return {name: value for name, value in found.items() if value is not None}


def typed(template: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Give what Ref gives of each parameter that has a value: text, or a list of it.

    `given` has the values of SSM parameters, not their names; without one, nobody knows.
    """
    found: dict[str, Any] = {}
    for name, one in declared(template).items():
        value = given.get(name, None if one.names_ssm else one.default)
        if value is not None:
            found[name] = _members(one, value) if one.is_list else value
    return found


def check_values(document: Document, template: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """Check the values that parameters have, as CloudFormation does before it makes anything.

    Raises:
        TemplateError: one has no value, or a wrong one; the message has all of them.
    """
    known, chosen = declared(template), values(template, given)
    missing = [one for name, one in known.items() if name not in chosen]
    wrong = [
        document.problem(("Parameters", name), "error", "parameter", fault)
        for name, value in chosen.items()
        for fault in _faults(known[name], value)
    ]
    absent = [
        document.problem(
            ("Parameters", one.name), "error", "parameter", f"{_shown(one)} has no value"
        )
        for one in missing
    ]
    if missing or wrong:
        raise TemplateError("\n".join(_lines(document, missing, wrong)), (*absent, *wrong))


def _lines(document: Document, missing: list[Parameter], wrong: list[Problem]) -> Iterator[str]:
    yield from (f"{problem.place}: {problem.message}" for problem in wrong)
    if missing:
        names = ", ".join(one.name for one in missing)
        yield f"{document.path}: Parameters: [{names}] must have values"
        yield from (f"  {_shown(one)}" for one in missing)
        yield f"Give them: {FLAG} {' '.join(f'{one.name}=VALUE' for one in missing)}"


def _shown(one: Parameter) -> str:
    described = " ".join(str(one.declared.get("Description", "")).split())
    return f"{one.name} ({one.type}){f': {described}' if described else ''}"


def _faults(one: Parameter, value: str) -> Iterator[str]:
    """Yield the first thing that is wrong with a value."""
    if len(value.encode()) > _BYTES:
        yield f"Parameter '{one.name}' has more than {_BYTES} bytes"
    elif not one.names_ssm:
        fault = _type_fault(one, value) or _constraint_fault(one, value)
        if fault:
            why = one.declared.get("ConstraintDescription")
            constraint = f"Parameter {one.name} failed to satisfy constraint: {why}"
            yield constraint if why else f"Parameter '{one.name}' {fault}"


def _members(one: Parameter, value: str) -> list[str]:
    return [part.strip() for part in value.split(",")] if one.is_list else [value]


def _type_fault(one: Parameter, value: str) -> str | None:
    if not one.is_number or all(map(_NUMBER.fullmatch, _members(one, value))):
        return None
    return "must be a number" if one.type == "Number" else "must be a list of numbers"


def _constraint_fault(one: Parameter, value: str) -> str | None:
    members, rules = _members(one, value), one.declared
    allowed = rules.get("AllowedValues")
    if isinstance(allowed, list):
        permitted = {text(item) for item in allowed}
        if not set(members) <= permitted and value not in permitted:
            return "must be one of AllowedValues"
    pattern = rules.get("AllowedPattern")
    if isinstance(pattern, str) and not all(_matches(pattern, item) for item in members):
        return f"must match pattern {pattern}"
    return _bound_fault(one, value, members)


def _bound_fault(one: Parameter, value: str, members: list[str]) -> str | None:
    least, most = _bound(one, "MinValue"), _bound(one, "MaxValue")
    if one.is_number and least is not None and any(float(item) < least for item in members):
        return f"must be a number not less than {text(one.declared['MinValue'])}"
    if one.is_number and most is not None and any(float(item) > most for item in members):
        return f"must be a number not greater than {text(one.declared['MaxValue'])}"
    shortest, longest = _bound(one, "MinLength"), _bound(one, "MaxLength")
    if shortest is not None and len(value) < shortest:
        return f"must contain at least {text(one.declared['MinLength'])} characters"
    if longest is not None and len(value) > longest:
        return f"must contain at most {text(one.declared['MaxLength'])} characters"
    return None


def _bound(one: Parameter, name: str) -> float | None:
    written = text(one.declared.get(name)) or ""
    return float(written) if _NUMBER.fullmatch(written) else None


def _matches(pattern: str, value: str) -> bool:
    """Say whether the whole value matches; a pattern that only Java understands decides nothing."""
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return True
