"""Faults that a test has set: the next calls of an operation fail, as AWS would say it.

The last step before dispatch: a call has to be allowed, and is recorded, before it fails. Without
faults it costs nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from visitplannr.backend.server.calls import WireCall
from visitplannr.backend.server.control_api import Action, BadRequestError
from visitplannr.backend.server.fault_answers import fault_answer
from visitplannr.backend.server.reading import CALL, head_of, reading
from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.backend.server.wire import WireRequest, credentials_of

_FORM = (
    'a fault is {"service": "dynamodb", "operation": "PutItem", "resource": "Table", '
    '"error": "ThrottlingException", "count": 1}; operation, resource and count may be left out'
)

# What names the resource of a call, in the parameters of AWS's APIs.
_NAMING = frozenset(
    {
        "Bucket",
        "DeliveryStreamName",
        "EventBusName",
        "FunctionName",
        "KeyId",
        "Name",
        "QueueUrl",
        "SecretId",
        "StreamARN",
        "StreamName",
        "TableName",
        "TargetArn",
        "TopicArn",
        "logGroupName",
        "stateMachineArn",
    }
)
_NAMED_BY_KEY = "RequestItems"  # of DynamoDB's batches: a mapping by table


@dataclass(slots=True)
class Fault:
    """What fails: `count` calls of a service (boto3's name), an operation and a resource.

    None stands for any. `error` is AWS's code, or "throttling" for the service's own.
    """

    service: str
    operation: str | None
    resource: str | None
    error: str
    count: int

    def is_about(self, call: WireCall) -> bool:
        """Say whether a call is one of those that fail."""
        return (
            self.service == call.service
            and self.operation in {None, call.operation}
            and (self.resource is None or self._names_one_of(call.parameters))
        )

    def _names_one_of(self, parameters: Mapping[str, Any]) -> bool:
        wanted = _last_part(str(self.resource))
        return any(_last_part(name) == wanted for name in _resources(parameters))


@dataclass(slots=True)
class Faults:
    """Those that are set; `step` lets requests meet them."""

    _set: list[Fault] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def add(self, fault: Fault) -> None:
        """Let the next calls fail."""
        with self._lock:
            self._set.append(fault)

    def clear(self) -> None:
        """Let no call fail any more."""
        with self._lock:
            self._set.clear()

    def step(self, app: App) -> App:
        """Answer the calls that fail; everything else goes on to `app`."""

        async def meeting(scope: Message, receive: Receive, send: Send) -> None:
            if not self._set or scope["type"] != "http":
                await app(scope, receive, send)
                return
            head = head_of(scope)
            call, receive = await _call(scope, receive, head)
            error = self._met(call) if call else None
            if call and error:
                await fault_answer(head, call, error).send(send)
            else:
                await app(scope, receive, send)

        return meeting

    def _met(self, call: WireCall) -> str | None:
        """Count a fault down that a call meets; give its error."""
        with self._lock:
            found = next((fault for fault in self._set if fault.is_about(call)), None)
            if found is None:
                return None
            found.count -= 1
            if not found.count:
                self._set.remove(found)
            return found.error


def faults_action(faults: Faults) -> Action:
    """Let POST set a fault, and DELETE end them all."""

    def answer(method: str, body: Any) -> tuple[int, Any]:
        if method == "DELETE":
            faults.clear()
            return 200, {}
        faults.add(_fault(body))
        return 201, {}

    return answer


def _fault(body: Any) -> Fault:
    given = body if isinstance(body, dict) else {}
    service, error, count = given.get("service"), given.get("error"), given.get("count", 1)
    operation, resource = given.get("operation") or None, given.get("resource") or None
    texts = all(isinstance(one, str | None) for one in (operation, resource))
    named = isinstance(service, str) and isinstance(error, str) and service and error
    if not (named and texts and type(count) is int and count > 0):
        raise BadRequestError(_FORM)
    return Fault(str(service), operation, resource, str(error), count)


def _resources(value: Any) -> Iterator[str]:
    """Yield what parameters name."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in _NAMING and isinstance(inner, str):
                yield inner
            elif name == _NAMED_BY_KEY and isinstance(inner, Mapping):
                yield from map(str, inner)
            else:
                yield from _resources(inner)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for inner in value:
            yield from _resources(inner)


def _last_part(name: str) -> str:
    """Give the name at the end of a URL or an ARN."""
    return name.rpartition("/")[2].rpartition(":")[2]


async def _call(
    scope: Message, receive: Receive, head: WireRequest
) -> tuple[WireCall | None, Receive]:
    """Give the call of a request, as an earlier step has read it or as it is read now."""
    if CALL in scope:
        return scope[CALL], receive
    signed = credentials_of(head)
    if signed is None:
        return None, receive
    read = await reading(scope, receive, head, signed)
    return read.call, read.receive
