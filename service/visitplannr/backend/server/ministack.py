"""MiniStack's private seams, all of them, for the one version that is pinned.

`moved` compares what is used here with what is installed. Functions never run in this process:
whatever MiniStack fires is handed to `run`.
"""

import importlib
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from types import FrameType
from typing import Any

from visitplannr.backend.server.dispatch import trace_id
from visitplannr.backend.server.invoke_client import Call
from visitplannr.backend.server.steps import App
from visitplannr.backend.server.triggers import ASYNCHRONOUS, trigger_of

VERSION = "1.5.33"
SEAMS: Mapping[str, str | None] = {
    "app.app": "(scope, receive, send)",
    "services.lambda_svc._get_func_record_for_ref": (
        "(function_ref: str) -> tuple[dict | None, dict | None, str]"
    ),
    "services.lambda_svc._execution_record_for_config": "(func: dict, config: dict) -> dict",
    "services.lambda_svc._execute_function": "(func: dict, event: dict) -> dict",
    "services.lambda_svc._execute_function_dispatch": (
        "(func: dict, config: dict, event: dict, request_id: str, started: float) -> dict"
    ),
    "services.lambda_svc.invoke_async_with_retry": "(func: dict, event: dict) -> None",
    "services.lambda_svc._snapstart_provision_version_async": (
        "(name: str, ver_record: dict) -> None"
    ),
    "services.eventbridge._dispatch_to_lambda": "(arn, payload)",
    "services.eventbridge._SCHEDULER_TICK_INTERVAL": None,
    "services.scheduler._SCHEDULE_TICK_INTERVAL": None,
    "core.concurrency.spawn_background": (
        "(fn, *args, thread_name: str = 'ministack-background', **kwargs)"
    ),
}
_TICK_SECONDS = 1
_FAR_ENOUGH = 12

Run = Callable[[Call], dict[str, Any]]


class MovedError(Exception):
    """MiniStack is not the one that this was written for; the message says what is different."""


def moved(installed: str, find: Callable[[str], Any]) -> Iterator[str]:
    """Say what of MiniStack is not where or as it was; `find` gets a seam or raises.

    Raises nothing itself.
    """
    if installed != VERSION:
        yield f"ministack is {installed}, not {VERSION}"
    for name, signature in SEAMS.items():
        try:
            found = find(name)
        except (ImportError, AttributeError):
            yield f"ministack.{name} is gone"
            continue
        if signature is not None and str(inspect.signature(found)) != signature:
            yield f"ministack.{name} is {inspect.signature(found)}, not {signature}"


def find_seam(name: str) -> Any:
    """Get a seam of the installed MiniStack.

    Raises:
        AttributeError, ImportError: it has none of that name.
    """
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(f"ministack.{module}"), attribute)


def load(run: Run) -> App:
    """Import MiniStack, let `run` have all invocations, and give the ASGI application.

    Raises:
        MovedError: the installed MiniStack is another than the pinned one.
    """
    if different := list(moved(version("ministack"), find_seam)):
        raise MovedError("; ".join(different))
    lambda_svc, eventbridge = _service("lambda_svc"), _service("eventbridge")
    fire = _Fire(run)
    lambda_svc._execute_function = fire
    lambda_svc._execute_function_dispatch = _never
    lambda_svc.invoke_async_with_retry = fire.later
    lambda_svc._snapstart_provision_version_async = _activate
    eventbridge._dispatch_to_lambda = _ToLambda(lambda_svc, fire)
    eventbridge._SCHEDULER_TICK_INTERVAL = _TICK_SECONDS
    _service("scheduler")._SCHEDULE_TICK_INTERVAL = _TICK_SECONDS
    app: App = find_seam("app.app")
    return app


class _Fire:
    """Stands where MiniStack would execute a function: called from its threads, it waits."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __call__(self, func: dict[str, Any], event: Any) -> dict[str, Any]:
        return self.fire(func, event, trigger_of(_callers(sys._getframe(1)), event))

    def later(self, func: dict[str, Any], event: Any) -> None:
        """Let it be run and retried later, as AWS does for asynchronous invocations."""
        trigger = trigger_of(_callers(sys._getframe(1)), event)
        _in_background(self.fire, func, event, trigger, asynchronous=True)

    def fire(
        self, func: dict[str, Any], event: Any, trigger: str, *, asynchronous: bool = False
    ) -> dict[str, Any]:
        config = func.get("config") or func
        payload = json.dumps(event, ensure_ascii=False).encode()
        asynchronous = asynchronous or trigger in ASYNCHRONOUS
        call = Call(config["FunctionName"], payload, trigger, trace_id.get(), asynchronous)
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
        _in_background(self._fire.fire, record, _event(payload), trigger, asynchronous=True)


def _event(payload: str) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload


def _in_background(work: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """Work in a thread of its own: MiniStack's caller may be its event loop."""
    find_seam("core.concurrency.spawn_background")(work, *arguments, **named)


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


def _service(name: str) -> Any:
    return importlib.import_module(f"ministack.services.{name}")
