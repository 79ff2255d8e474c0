"""Stands where MiniStack would execute a function: functions never run in this process."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any, Protocol

from visitplannr.backend.server.dispatch import trace_id
from visitplannr.backend.server.invocation_sources import source_of
from visitplannr.backend.server.invoke_client import Call
from visitplannr.backend.server.ministack.corrections import fail_custom_resource
from visitplannr.backend.server.ministack.seams import MovedError, find_seam, service
from visitplannr.backend.server.permits import INVOKE, Permits
from visitplannr.backend.server.triggers import ASYNCHRONOUS, refused, trigger_of

_FAR_ENOUGH = 12

Run = Callable[[Call], dict[str, Any]]


class Fire(Protocol):
    """Invokes a function of MiniStack's, by the name or ARN `named` if that says more."""

    def __call__(
        self,
        func: dict[str, Any],
        event: Any,
        trigger: str,
        *,
        named: str = "",
        asynchronous: bool = False,
    ) -> dict[str, Any]: ...


class Firing:
    """Lets `run` have all invocations: called from MiniStack's threads, it waits."""

    def __init__(self, run: Run, permits: Permits) -> None:
        self._run = run
        self._permits = permits

    def __call__(self, func: dict[str, Any], event: Any) -> dict[str, Any]:
        trigger = trigger_of(callers(sys._getframe(1)), event)
        result = self.fire(func, event, trigger)
        if trigger == "custom-resource" and result.get("error"):
            fail_custom_resource(event, result)
        if trigger == "appsync" and not result.get("error"):
            result = {**result, "body": _for_appsync(result["body"])}
        return result

    def later(self, func: dict[str, Any], event: Any) -> None:
        """Let it be run and retried later, as AWS does for asynchronous invocations."""
        trigger = trigger_of(callers(sys._getframe(1)), event)
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
        if message := self._forbidden(config, event, trigger, named):
            return refused("AccessDeniedException", message)
        call = Call(named or config["FunctionName"], payload, trigger, trace_id.get(), asynchronous)
        return self._run(call)

    def _forbidden(
        self, config: Mapping[str, Any], event: Any, trigger: str, named: str
    ) -> str | None:
        """Say why the source may not invoke the function; one that names it, names its alias."""
        place = (find_seam(f"core.responses.get_{name}")() for name in ("account_id", "region"))
        source = source_of(trigger, event, *place)
        if source is None:
            return None
        if named.startswith("arn:"):
            return self._permits.of_source(source, INVOKE, named)
        arn = ":".join(str(config["FunctionArn"]).split(":")[:7])
        return self._permits.of_function(source, arn)


def function_at(reference: str) -> tuple[dict[str, Any] | None, str]:
    """Find a function by its name or ARN: as `Fire` takes it, None if it is gone; and its name."""
    lambda_svc = service("lambda_svc")
    func, config, name = lambda_svc._get_func_record_for_ref(reference)
    found = lambda_svc._execution_record_for_config(func, config) if func and config else None
    return found, name


def _for_appsync(body: Any) -> Any:
    """Give what is neither an object nor null as JSON: MiniStack reads it so, and not otherwise."""
    return body if body is None or isinstance(body, dict) else json.dumps(body)


def never(*_arguments: Any) -> dict[str, Any]:
    """Stand where only MiniStack's own execution would come to."""
    raise MovedError("MiniStack tried to execute a function itself")


def in_background(work: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """Work in a thread of its own, in the caller's account and region.

    MiniStack's caller may be its event loop.
    """
    find_seam("core.concurrency.spawn_background")(work, *arguments, **named)


def callers(frame: FrameType | None) -> Iterator[tuple[str, str]]:
    """Give modules and functions from a frame on, for what has no other name of a source."""
    for _ in range(_FAR_ENOUGH):
        if frame is None:
            return
        yield frame.f_globals.get("__name__", ""), frame.f_code.co_name
        frame = frame.f_back
