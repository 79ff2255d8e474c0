"""What the host and all its environments work with."""

from collections.abc import Callable
from dataclasses import dataclass

from service.runtime.platform_log import LogEvent
from service.runtime.process import StartProcess
from service.runtime.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class HostSettings:
    """`emit` gets each log event, `report` what else a developer has to know.

    With `reload`, an environment whose files have changed gets no further invocation.

    The limits are AWS's (lambda-runtime.md L12, L17, L18).
    """

    sandbox: Sandbox
    start_process: StartProcess
    emit: Callable[[LogEvent], None]
    report: Callable[[str], None]
    reload: bool = True
    init_seconds: float = 10.0
    idle_seconds: float = 600.0
    account_concurrency: int = 1000
