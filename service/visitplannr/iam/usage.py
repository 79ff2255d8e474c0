"""What a role may do and did: granted and used, granted and never used, refused."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from visitplannr.iam.actions.call import Check
from visitplannr.iam.document import element
from visitplannr.iam.patterns import Actions
from visitplannr.iam.policy import Policy, Statement


@dataclass(frozen=True, slots=True)
class Usage:
    """Actions, sorted; a granted one is in one of the first two.

    A wildcard that was used is there as it is written, beside the actions that were used by it.
    """

    used: tuple[str, ...]
    never_used: tuple[str, ...]
    refused: tuple[str, ...]


def usage(policies: Iterable[Policy], used: Iterable[Check], refused: Iterable[Check]) -> Usage:
    """Compare what policies allow with what was done and refused.

    An action counts as used by a grant of another resource, too: it is one action to the reader.
    """
    done = {check.action for check in used}
    statements = [statement for policy in policies for statement in policy.allows]
    granted = {name: actions for one in statements for name, actions in _granted(one)}
    spent = {name for name, actions in granted.items() if any(one in actions for one in done)}
    written = {name.lower() for name in spent}
    return Usage(
        used=_sorted({*spent, *(action for action in done if action.lower() not in written)}),
        never_used=_sorted(granted.keys() - spent),
        refused=_sorted({check.action for check in refused}),
    )


@dataclass(frozen=True, slots=True)
class _AllBut:
    """All actions but some."""

    actions: Actions

    def __contains__(self, action: str) -> bool:
        return action not in self.actions


def _granted(statement: Statement) -> Iterator[tuple[str, Actions | _AllBut]]:
    """Give the actions of a statement as written; those it leaves out are one."""
    found = element(statement.written, "Action")
    if found is None:
        return
    if found.negated:
        yield f"all but {', '.join(found.values)}", _AllBut(statement.actions)
        return
    for action in found.values:
        yield action, Actions((action,))


def _sorted(actions: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(actions))
