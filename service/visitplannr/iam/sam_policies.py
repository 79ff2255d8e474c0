"""SAM's policy templates: which one allows something, with what as its parameter (iam.md I39).

The templates are those of the installed aws-sam-translator.
"""

import functools
import importlib.resources
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visitplannr.iam.document import VERSIONS, listed
from visitplannr.iam.policy import Policy, Request, read_policy
from visitplannr.iam.principals import ANONYMOUS
from visitplannr.iam.propose import Owned, owner_of

_NAME_OF = {
    "AWS::SNS::Topic": "!GetAtt {}.TopicName",
    "AWS::SQS::Queue": "!GetAtt {}.QueueName",
    "AWS::Serverless::StateMachine": "!GetAtt {}.Name",
    "AWS::StepFunctions::StateMachine": "!GetAtt {}.Name",
}
"""How a template names what SAM's policies take as a parameter; of other types by `!Ref`."""
_PLAIN = re.compile(r"[A-Za-z][\w/.-]*")
_VARIABLE = re.compile(r"\$\{([\w:]+)\}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the stack is."""

    account: str
    region: str
    partition: str = "aws"

    def pseudo_parameters(self) -> Mapping[str, str]:
        return {
            "AWS::AccountId": self.account,
            "AWS::Region": self.region,
            "AWS::Partition": self.partition,
        }


@dataclass(frozen=True, slots=True)
class Template:
    """A policy template of SAM."""

    name: str
    parameters: tuple[str, ...]
    statements: tuple[Mapping[str, Any], ...]

    def policy(self, values: Mapping[str, str], place: Place) -> Policy:
        """Give the policy that SAM makes of it."""
        given = {**place.pseudo_parameters(), **values}
        document = {"Version": VERSIONS[-1], "Statement": _resolved(list(self.statements), given)}
        return read_policy(document, self.name)

    @property
    def size(self) -> tuple[int, int]:
        """Count its statements and actions: the fewer, the less it allows besides."""
        actions = [len(listed(statement["Action"])) for statement in self.statements]
        return len(actions), sum(actions)

    def value(self, arn: str, place: Place) -> str | None:
        """Read from an ARN what its one parameter must be to allow it; "" if it has none."""
        if not self.parameters:
            return ""
        texts = (text for one in self.statements for text in _texts(one["Resource"]))
        matches = (_pattern(text, place).fullmatch(arn) for text in texts)
        values = [match[1] for match in matches if match and match.groups()]
        return min(values, key=len, default=None)


@functools.cache
def templates() -> Mapping[str, Template]:
    """Read SAM's templates, by name."""
    folder = importlib.resources.files("samtranslator.policy_templates_data")
    found = json.loads((folder / "policy_templates.json").read_text(encoding="utf-8"))
    return {
        name: Template(
            name, tuple(template["Parameters"]), tuple(template["Definition"]["Statement"])
        )
        for name, template in found["Templates"].items()
    }


def sam_policy(
    actions: Iterable[str], arn: str, stack: Sequence[Owned], place: Place
) -> str | None:
    """Give the smallest template that allows actions on a resource, as an item of Policies.

    `DynamoDBWritePolicy: {TableName: !Ref Table}`; None if there is no such template.
    """
    wanted = tuple(actions)
    for template in sorted(templates().values(), key=lambda one: (one.size, one.name)):
        value = template.value(arn, place) if len(template.parameters) < 2 else None
        if value is None:
            continue
        values = dict.fromkeys(template.parameters, value)
        if _allows(template.policy(values, place), wanted, arn):
            given = {name: _parameter(value, arn, stack) for name in template.parameters}
            inside = ", ".join(f"{name}: {text}" for name, text in given.items())
            return f"{template.name}: {{{inside}}}"
    return None


def _allows(policy: Policy, actions: Iterable[str], arn: str) -> bool:
    return all(
        any(one.applies(Request(ANONYMOUS, action, arn, {})) for one in policy.allows)
        for action in actions
    )


def _parameter(value: str, arn: str, stack: Sequence[Owned]) -> str:
    owner = owner_of(arn, stack)
    if owner is None:
        return value if _PLAIN.fullmatch(value) else f'"{value}"'
    return _NAME_OF.get(owner.type, "!Ref {}").format(owner.logical_id)


def _resolved(value: Any, given: Mapping[str, str]) -> Any:
    """Resolve the intrinsic functions that the templates use: Ref and Fn::Sub."""
    if isinstance(value, list):
        return [_resolved(one, given) for one in value]
    if not isinstance(value, Mapping):
        return value
    if "Ref" in value:
        return given[value["Ref"]]
    if "Fn::Sub" in value:
        text, own = _sub(value)
        values = {**given, **_resolved(own, given)}
        return _VARIABLE.sub(lambda match: values[match[1]], text)
    return {key: _resolved(one, given) for key, one in value.items()}


def _sub(value: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    found = value["Fn::Sub"]
    return (found, {}) if isinstance(found, str) else (found[0], found[1])


def _texts(resource: Any) -> Iterable[str]:
    for one in listed(resource):
        if isinstance(one, Mapping):
            yield _sub(one)[0]


def _taken(rest: str) -> str:
    """Take all that a parameter may be, if a wildcard behind it would match the same."""
    return "(.+)" if rest.startswith("*") else "(.+?)"


def _pattern(text: str, place: Place) -> re.Pattern[str]:
    """Turn a resource with one parameter into an expression that finds the parameter."""
    pseudo, parts, end = place.pseudo_parameters(), [], 0
    for match in _VARIABLE.finditer(text):
        parts.append(re.escape(text[end : match.start()]).replace(r"\*", ".*"))
        known = pseudo.get(match[1])
        parts.append(_taken(text[match.end() :]) if known is None else re.escape(known))
        end = match.end()
    return re.compile("".join([*parts, re.escape(text[end:]).replace(r"\*", ".*")]))
