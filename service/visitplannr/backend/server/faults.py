"""Faults that a test has set: the next calls of an operation fail, as AWS would say it.

The last step before dispatch: a call has to be allowed, and is recorded, before it fails. Without
faults it costs nothing; the names of operations are read by botocore, imported with the first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from visitplannr.backend.server.control_api import Action, BadRequestError
from visitplannr.backend.server.relay import read
from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.backend.server.wire import WireRequest, credentials_of

if TYPE_CHECKING:
    from visitplannr.backend.server.calls import WireCall
    from visitplannr.backend.server.fault_answers import FaultAnswer

_FORM = (
    'a fault is {"service": "dynamodb", "operation": "PutItem", "resource": "Table", '
    '"error": "ThrottlingException", "count": 1}; operation, resource and count may be left out'
)

ReadCall = Callable[[WireRequest, str], "WireCall | None"]
AnswerFault = Callable[[WireRequest, "WireCall", str], "FaultAnswer"]
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

    def is_about(self, call: "WireCall") -> bool:
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
    """Those that are set; `step` lets requests meet them.

    `find` gives how calls are read and answered, and may import what takes long.
    """

    find: Callable[[], tuple[ReadCall, AnswerFault]]
    _set: list[Fault] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def add(self, fault: Fault) -> None:
        """Let the next calls fail."""
        self.find()
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
            body = await read(receive)
            if body is None:
                return
            if answer := self._answer(_request(scope, body)):
                await _send(send, answer)
            else:
                await app(scope, _again(body, receive), send)

        return meeting

    def _answer(self, request: WireRequest) -> "FaultAnswer | None":
        credentials = credentials_of(request)
        if credentials is None:
            return None
        read_call, answer = self.find()
        call = read_call(request, credentials.signing_name)
        error = self._met(call) if call else None
        return answer(request, call, error) if call and error else None

    def _met(self, call: "WireCall") -> str | None:
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


def find_calls() -> tuple[ReadCall, AnswerFault]:
    """Import how calls are read, and how an error is said."""
    from visitplannr.backend.server.calls import read_call  # noqa: PLC0415 - botocore takes long
    from visitplannr.backend.server.fault_answers import fault_answer  # noqa: PLC0415 - as above

    return read_call, fault_answer


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


def _request(scope: Message, body: bytes) -> WireRequest:
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }
    path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    return WireRequest(scope["method"], path, query, headers, body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read, then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _send(send: Send, answer: "FaultAnswer") -> None:
    headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
