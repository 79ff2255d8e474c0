"""Lets state machines and pipes act as their roles: what these may not do is not done (iam.md I48).

MiniStack makes their calls inside, so they do not come through the door.
"""

import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import partial
from typing import Any

from visitplannr.backend.server.ministack.seams import find_seam, service
from visitplannr.backend.server.permits import Permits
from visitplannr.backend.server.target_permissions import permission_of
from visitplannr.backend.server.task_calls import call_of
from visitplannr.iam.actions.call import Call, Check

_log = logging.getLogger(__name__)
_OF_A_STREAM = ("GetRecords", "GetShardIterator", "DescribeStream")

_machine: ContextVar[Mapping[str, Any] | None] = ContextVar("machine", default=None)
"""The state machine whose task is run; the context goes along into the threads of branches."""


class ActingRoles:
    """Asks `permits` before a task's call is made and before a pipe reads and delivers."""

    def __init__(self, permits: Permits) -> None:
        self._permits = permits

    def install(self) -> None:
        """Take the place of MiniStack's own."""
        states, pipes = service("stepfunctions"), service("pipes")
        states._execute_task = partial(_remembering, states._execute_task)
        states._invoke_resource = partial(self._permitted, states._invoke_resource)
        states._invoke_with_callback = partial(self._permitted, states._invoke_with_callback)
        pipes._poll_pipe = partial(self._poll, pipes._poll_pipe)

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

    def _poll(
        self, poll: Callable[..., None], tables: Any, pipe: Mapping[str, Any], account: str
    ) -> None:
        """Read a pipe's source only as far as its role can; what is held back comes later."""
        role = str(pipe.get("RoleArn") or "")
        if pipe.get("CurrentState") == "RUNNING" and role:
            needed = _needed_by(pipe)
            if needed and self._permits.of_checks(role, str(pipe.get("Name", "")), needed):
                return
        poll(tables, pipe, account)


def _needed_by(pipe: Mapping[str, Any]) -> list[Check]:
    source, target = str(pipe.get("Source", "")), str(pipe.get("Target", ""))
    reading = _OF_A_STREAM if ":dynamodb:" in source else ()
    delivering = permission_of(target, by_role=True)
    checks = [Check(f"dynamodb:{action}", source) for action in reading]
    return [*checks, delivering] if delivering else checks


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
