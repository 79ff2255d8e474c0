"""Lets state machines act as their roles: what these may not do is not done (iam.md I48).

MiniStack makes their calls inside, so they do not come through the door.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import partial
from typing import Any

from visitplannr.backend.server.ministack.seams import find_seam, service
from visitplannr.backend.server.permits import Permits
from visitplannr.backend.server.task_calls import call_of
from visitplannr.iam.actions.call import Call

_machine: ContextVar[Mapping[str, Any] | None] = ContextVar("machine", default=None)
"""The state machine whose task is run; the context goes along into the threads of branches."""


class ActingRoles:
    """Asks `permits` before a task's call is made."""

    def __init__(self, permits: Permits) -> None:
        self._permits = permits

    def install(self) -> None:
        """Take the place of MiniStack's own."""
        states = service("stepfunctions")
        states._execute_task = partial(_remembering, states._execute_task)
        states._invoke_resource = partial(self._permitted, states._invoke_resource)
        states._invoke_with_callback = partial(self._permitted, states._invoke_with_callback)

    def _permitted(self, run: Callable[..., Any], resource: str, given: Any, *more: Any) -> Any:
        machine, asked = _machine.get(), call_of(resource, given)
        if machine is None or asked is None:
            return run(resource, given, *more)
        place = (find_seam(f"core.responses.get_{name}")() for name in ("account_id", "region"))
        call = Call(asked.service, asked.operation, asked.parameters, *place)
        role = str(machine.get("roleArn") or "")
        message = self._permits.of_role(role, str(machine["name"]), call) if role else None
        if message:
            raise service("stepfunctions")._ExecutionError(asked.refused, message)
        return run(resource, given, *more)


def _remembering(
    execute: Callable[..., Any], state: Any, given: Any, execution: Mapping[str, Any], context: Any
) -> Any:
    """Run a task with the state machine of its execution in mind."""
    arn = (execution or {}).get("stateMachineArn")
    before = _machine.set(service("stepfunctions")._state_machines.get(arn))
    try:
        return execute(state, given, execution, context)
    finally:
        _machine.reset(before)
