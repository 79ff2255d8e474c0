"""`visitplannr permissions FUNCTION --used`: what it may do, and did, in the kept invocations."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence

from visitplannr.cli.output import print_json, print_line
from visitplannr.cli.place import Place, PlaceError, functions_of, in_one_line, resources_of
from visitplannr.deployment.permissions import granted
from visitplannr.iam.actions.call import Check
from visitplannr.iam.owned import owned_resource
from visitplannr.iam.policy import Policy
from visitplannr.iam.propose import Owned, propose
from visitplannr.iam.usage import Usage, usage

_SECONDS = 30.0
_LOGGING = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
_HEADINGS = (("used", "used"), ("never used", "never_used"), ("refused", "refused"))


def run_used(place: Place, function: str | None, *, policy: bool, as_json: bool) -> int:
    """Print for each function what is used, never used and refused, or the policy it needs.

    Raises:
        PlaceError: there is no such function, or no `up` runs that would know.
    """
    recorded = _recorded(place)
    functions = {
        logical_id: name
        for logical_id, name in functions_of(place).items()
        if function in {None, logical_id, name}
    }
    if not functions:
        raise PlaceError(f"the stack {place.stack_name} has no function {function}")
    if policy:
        print_line("\n\n".join(_policy(place, functions, recorded)))
        return 0
    found = {name: _usage(place, physical, recorded) for name, physical in functions.items()}
    if as_json:
        print_json({name: _by_heading(one) for name, one in found.items()})
    else:
        print_line("\n\n".join("\n".join(_shown(name, one)) for name, one in found.items()))
    return 0


def _recorded(place: Place) -> Mapping[str, Mapping[str, Sequence[str]]]:
    if place.url is None:
        raise PlaceError("only a running `visitplannr up` knows which permissions are used")
    url = f"{place.url}/_local/permissions"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - `up`'s own
            found: Mapping[str, Mapping[str, Sequence[str]]] = json.load(answer)
            return found
    except (urllib.error.URLError, ValueError) as error:
        raise PlaceError(f"{url} does not answer: {error}") from error


def _usage(
    place: Place, function: str, recorded: Mapping[str, Mapping[str, Sequence[str]]]
) -> Usage:
    with in_one_line(f"the role of {function} cannot be read"):
        policies = list(granted(place.backend, function))
    known = recorded.get(function, {})
    done = [*_checks(known.get("used", ())), *(_by_lambda(policies) if known else ())]
    return usage(policies, done, _checks(known.get("refused", ())))


def _by_lambda(policies: Sequence[Policy]) -> Iterator[Check]:
    """Yield what Lambda itself does as the function's role, if that is granted: write logs."""
    granted_ones = [one for policy in policies for one in policy.allows]
    for action in _LOGGING:
        if any(action in one.actions for one in granted_ones):
            yield Check(action, "*")


def _policy(
    place: Place,
    functions: Mapping[str, str],
    recorded: Mapping[str, Mapping[str, Sequence[str]]],
) -> Iterator[str]:
    """Yield the statements that each function's calls need, as an item of SAM's Policies."""
    stack = _owned(place)
    for logical_id, name in functions.items():
        known = recorded.get(name, {})
        needed = _checks([*known.get("used", ()), *known.get("refused", ())])
        statements = [
            f"    {line}" for one in propose(needed, stack) for line in one.yaml().splitlines()
        ]
        if statements:
            yield "\n".join([f"# {logical_id}", "Policies:", "  - Statement:", *statements])
        else:
            yield f"# {logical_id} has made no call that is kept"


def _owned(place: Place) -> Sequence[Owned]:
    account = place.backend.account_id
    made = (
        owned_resource(one.logical_id, one.type, one.physical_id, account, place.backend.region)
        for one in resources_of(place)
    )
    return [one for one in made if one]


def _checks(texts: Sequence[str]) -> list[Check]:
    return [Check(action, resource) for action, _, resource in (t.partition(" ") for t in texts)]


def _by_heading(found: Usage) -> Mapping[str, Sequence[str]]:
    return {heading: getattr(found, name) for heading, name in _HEADINGS}


def _shown(name: str, found: Usage) -> Iterator[str]:
    yield name
    for heading, actions in _by_heading(found).items():
        yield f"  {heading}"
        yield from (f"    {action}" for action in actions or ("-",))
