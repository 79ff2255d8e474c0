"""MiniStack hands over what it fires, and lets its event source mappings be polled by us.

Functions never run in this process: all invocations go to `run`.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from types import FrameType
from typing import Any

from visitplannr.backend.server.dispatch import trace_id
from visitplannr.backend.server.invoke_client import Call
from visitplannr.backend.server.ministack.corrections import correct, fail_custom_resource
from visitplannr.backend.server.ministack.scheduler import Ticker
from visitplannr.backend.server.ministack.seams import MovedError, find_seam, moved, service
from visitplannr.backend.server.steps import App
from visitplannr.backend.server.triggers import ASYNCHRONOUS, trigger_of

_TICK_SECONDS = 1
_FAR_ENOUGH = 12

Run = Callable[[Call], dict[str, Any]]
StartReading = Callable[[str, str, str], None]


def load(run: Run, poll: Callable[[], None], start_reading: StartReading) -> App:
    """Import MiniStack, let `run` have all invocations, and give the ASGI application.

    `poll` polls the event source mappings for ever; it is called in a thread of its own.
    `start_reading` notes where a new one reads from: its id, its source's ARN, StartingPosition.

    Raises:
        MovedError: the installed MiniStack is another than the pinned one.
    """
    if different := list(moved(version("ministack"), find_seam)):
        raise MovedError("; ".join(different))
    lambda_svc, eventbridge = service("lambda_svc"), service("eventbridge")
    fire = _Fire(run)
    lambda_svc._execute_function = fire
    lambda_svc._execute_function_dispatch = _never
    lambda_svc.invoke_async_with_retry = fire.later
    lambda_svc._snapstart_provision_version_async = _activate
    lambda_svc._poll_loop = poll
    lambda_svc._init_stream_position = start_reading
    eventbridge._dispatch_to_lambda = _ToLambda(lambda_svc, fire)
    eventbridge._SCHEDULER_TICK_INTERVAL = _TICK_SECONDS
    service("scheduler")._SCHEDULE_TICK_INTERVAL = _TICK_SECONDS
    service("scheduler")._tick_schedules = Ticker(time.time).tick
    correct()
    app: App = find_seam("app.app")
    return app


class _Fire:
    """Stands where MiniStack would execute a function: called from its threads, it waits."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __call__(self, func: dict[str, Any], event: Any) -> dict[str, Any]:
        trigger = trigger_of(_callers(sys._getframe(1)), event)
        result = self.fire(func, event, trigger)
        if trigger == "custom-resource" and result.get("error"):
            fail_custom_resource(event, result)
        return result

    def later(self, func: dict[str, Any], event: Any) -> None:
        """Let it be run and retried later, as AWS does for asynchronous invocations."""
        trigger = trigger_of(_callers(sys._getframe(1)), event)
        in_background(self.fire, func, event, trigger, asynchronous=True)

    def fire(
        self,
        func: dict[str, Any],
        event: Any,
        trigger: str,
        *,
        named: str = "",
        asynchronous: bool = False,
    ) -> dict[str, Any]:
        config = func.get("config") or func
        payload = json.dumps(event, ensure_ascii=False).encode()
        asynchronous = asynchronous or trigger in ASYNCHRONOUS
        call = Call(named or config["FunctionName"], payload, trigger, trace_id.get(), asynchronous)
        return self._run(call)


class _ToLambda:
    """Stands where EventBridge and Scheduler hand an event to a function."""

    def __init__(self, lambda_svc: Any, fire: _Fire) -> None:
        self._lambda_svc = lambda_svc
        self._fire = fire

    def __call__(self, arn: str, payload: str) -> None:
        func, config, name = self._lambda_svc._get_func_record_for_ref(arn)
        if not func or not config:
            raise LookupError(f"there is no function {name}")
        record = self._lambda_svc._execution_record_for_config(func, config)
        trigger = trigger_of(_callers(sys._getframe(1)), None)
        in_background(
            self._fire.fire, record, _event(payload), trigger, named=arn, asynchronous=True
        )


def in_background(work: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """Work in a thread of its own, in the caller's account and region.

    MiniStack's caller may be its event loop.
    """
    find_seam("core.concurrency.spawn_background")(work, *arguments, **named)


def _event(payload: str) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload


def _never(*_arguments: Any) -> dict[str, Any]:
    raise MovedError("MiniStack tried to execute a function itself")


def _activate(_name: str, ver_record: dict[str, Any]) -> None:
    """Make a SnapStart version ready at once: no snapshot of it is taken."""
    ver_record["config"].update(State="Active", StateReason="", StateReasonCode="")


def _callers(frame: FrameType | None) -> Iterator[tuple[str, str]]:
    for _ in range(_FAR_ENOUGH):
        if frame is None:
            return
        yield frame.f_globals.get("__name__", ""), frame.f_code.co_name
        frame = frame.f_back
