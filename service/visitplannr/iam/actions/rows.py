"""The language of the tables: which operations need which actions on which resources.

A row is a rule, which finds the resources in a call's parameters, and the operations that it is
for: `SendMessage` needs the action of its name, `SendMessageBatch=SendMessage` another one's,
`GetObjectAttributes=GetObject+GetObjectAttributes` two.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visitplannr.iam.actions.call import Call, Check, Facts

Entry = Callable[[Call, Facts], Sequence[Check] | None]
Table = Mapping[str, Entry]
Rule = Callable[[Call, Facts], Iterable[str] | None]
"""Gives the resources of a call; None if they cannot be known."""


@dataclass(frozen=True, slots=True)
class Row:
    """Operations with one rule; `keys` are condition keys with the parameters they come from."""

    rule: Rule
    operations: str
    keys: Mapping[str, str] = field(default_factory=dict)

    def entries(self, prefix: str) -> Iterator[tuple[str, Entry]]:
        """Give operation and entry; the actions are those of the service `prefix`."""
        for written in self.operations.split():
            operation, _, actions = written.partition("=")
            names = tuple(f"{prefix}:{action}" for action in (actions or operation).split("+"))
            yield operation, _entry(self.rule, names, self.keys)


def table(prefix: str, *rows: Row, others: Mapping[str, Entry] | None = None) -> Table:
    """Make the table of a service: its rows, and what no row can say.

    Raises:
        ValueError: an operation is there twice.
    """
    entries = [*(others or {}).items(), *(entry for row in rows for entry in row.entries(prefix))]
    found = dict(entries)
    if len(found) != len(entries):
        raise ValueError(f"the table of {prefix} has an operation twice")
    return found


def _entry(rule: Rule, actions: tuple[str, ...], keys: Mapping[str, str]) -> Entry:
    def entry(call: Call, facts: Facts) -> Sequence[Check] | None:
        resources = rule(call, facts)
        if resources is None:
            return None
        context = parameters_as_keys(call.parameters, keys)
        return [Check(action, one, context) for one in resources for action in actions]

    return entry


def parameters_as_keys(given: Mapping[str, Any], keys: Mapping[str, str]) -> Mapping[str, object]:
    """Give the condition keys whose parameters a call has."""
    return {key: given[name] for key, name in keys.items() if given.get(name) is not None}


def anything(call: Call, facts: Facts) -> Iterable[str]:
    """Give `*`: these actions have no narrower resource."""
    del call, facts
    return ("*",)


def nothing(call: Call, facts: Facts) -> Iterable[str]:
    """Give no resource: everybody may do this."""
    del call, facts
    return ()


def named(service: str, resource: str, *parameters: str) -> Rule:
    """Take an ARN from one of some parameters, or make one of the name in it."""

    def rule(call: Call, facts: Facts) -> Iterable[str] | None:
        del facts
        name = call.text(*parameters)
        return None if name is None else (arn_or_name(call, service, resource, name),)

    return rule


def each(service: str, resource: str, parameter: str) -> Rule:
    """Take the ARNs or names of a list."""

    def rule(call: Call, facts: Facts) -> Iterable[str] | None:
        del facts
        listed = call.parameters.get(parameter)
        if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
            return None
        return [arn_or_name(call, service, resource, name) for name in listed]

    return rule


def known(resource_type: str, service: str, *parameters: str) -> Rule:
    """Take an ARN, or ask what ARN a name has that does not tell it."""

    def rule(call: Call, facts: Facts) -> Iterable[str] | None:
        name = call.text(*parameters)
        if name is None:
            return None
        complete = name.startswith(f"arn:{call.partition}:{service}:")
        found = name if complete else facts.arn(resource_type, name)
        return None if found is None else (found,)

    return rule


def arn_or_name(call: Call, service: str, resource: str, name: str) -> str:
    """Give an ARN as it is; put a name in its place in `resource`."""
    return name if name.startswith("arn:") else call.arn(service, resource.format(name))
