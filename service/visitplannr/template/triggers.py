"""What starts the functions of a stack beside requests to its APIs, as its resources say."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from visitplannr.model.application import Trigger
from visitplannr.model.stack import FUNCTION, ResolvedStack

_POLLED = frozenset({"dynamodb", "kinesis", "sqs"})
_PERMITTED = {"sns": "sns", "cognito-idp": "cognito", "iot": "iot"}
# Of an ARN's last part: the kind of a table, stream or user pool, and what follows a table's name.
_SHORT = re.compile(r"^(table|stream|userpool)/|/stream/.*$")
Properties = Mapping[str, Any]
Found = Iterator[tuple[str, str, Any]]


def triggers_of(stack: ResolvedStack) -> Iterator[Trigger]:
    """Yield them: of event source mappings, rules, schedules, buckets, and of who may invoke.

    A source is a logical id where the stack has it; another one keeps its name.
    """
    functions = {
        name: stack.physical_ids[logical_id]
        for logical_id, _ in stack.of_type(FUNCTION)
        for name in (stack.physical_ids[logical_id], stack.function_arn(logical_id))
    }
    for kind, read in _READERS.items():
        for logical_id, properties in stack.of_type(kind):
            for function, trigger, source in read(logical_id, properties):
                if started := _function(functions, function):
                    yield Trigger(started, trigger, _named(stack, source))


def _mapping(_: str, properties: Properties) -> Found:
    source = properties.get("EventSourceArn", "")
    # Only a table's stream may be a reference that nobody knows before the table is there.
    service = "dynamodb" if isinstance(source, Mapping) else [*str(source).split(":"), "", ""][2]
    if service in _POLLED:
        yield str(properties.get("FunctionName")), service, source


def _permission(_: str, properties: Properties) -> Found:
    principal = str(properties.get("Principal", "")).partition(".")[0]
    if principal in _PERMITTED:
        function = str(properties.get("FunctionName"))
        yield function, _PERMITTED[principal], properties.get("SourceArn", "")


def _bucket(logical_id: str, properties: Properties) -> Found:
    configured = properties.get("NotificationConfiguration")
    known = configured if isinstance(configured, Mapping) else {}
    for one in _listed(known.get("LambdaConfigurations")):
        yield str(one.get("Function")), "s3", logical_id


def _log_group(_: str, properties: Properties) -> Found:
    yield str(properties.get("DestinationArn")), "logs", properties.get("LogGroupName", "")


def _rule(_: str, properties: Properties) -> Found:
    expression = properties.get("ScheduleExpression")
    bus = properties.get("EventBusName") or "default"
    for target in _listed(properties.get("Targets")):
        kind = "schedule" if expression else "events"
        yield str(target.get("Arn")), kind, expression or bus


def _schedule(_: str, properties: Properties) -> Found:
    target = properties.get("Target")
    if isinstance(target, Mapping):
        yield str(target.get("Arn")), "schedule", properties.get("ScheduleExpression", "")


_READERS: Mapping[str, Callable[[str, Properties], Found]] = {
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Lambda::Permission": _permission,
    "AWS::S3::Bucket": _bucket,
    "AWS::Logs::SubscriptionFilter": _log_group,
    "AWS::Events::Rule": _rule,
    "AWS::Scheduler::Schedule": _schedule,
}


def _function(functions: Mapping[str, str], said: str) -> str | None:
    """Find the function that a name or an ARN means, with or without an alias or version."""
    parts = said.split(":")
    without = ":".join(parts[:7]) if said.startswith("arn:") else parts[0]
    return functions.get(said) or functions.get(without)


def _named(stack: ResolvedStack, source: Any) -> str:
    """Name a source by its logical id; by the last part of its ARN where the stack has it not."""
    if isinstance(source, Mapping):
        return str(next(iter(source.get("Fn::GetAtt") or ()), ""))
    text = str(source)
    if text in stack.declared:
        return text
    name = _SHORT.sub("", text.split(":", 5)[-1]) if text.startswith("arn:") else text
    return _logical_id(stack, text) or _logical_id(stack, name) or name


def _logical_id(stack: ResolvedStack, physical: str) -> str | None:
    """Find what has a physical id, or one that ends with a name: queues' are URLs."""
    found = (
        logical_id
        for logical_id, one in stack.physical_ids.items()
        if physical and (one == physical or one.endswith(f"/{physical}"))
    )
    return next(found, None)


def _listed(value: Any) -> list[Properties]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
