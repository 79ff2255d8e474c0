"""What the host and all its environments work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from visitplannr.model.invocation import Observe, nobody
from visitplannr.runtime.asynchronous import AsynchronousSettings
from visitplannr.runtime.concurrency import ACCOUNT_CONCURRENCY
from visitplannr.runtime.peer import BelongsTo, belongs_to
from visitplannr.runtime.platform_log import LogEvent
from visitplannr.runtime.process import StartProcess
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.runtime.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class HostSettings:
    """`emit` gets each log event, `report` what else a developer has to know.

    `observe` hears of each invocation as it begins.
    With `reload`, an environment whose files have changed gets no further invocation.
    `debug_ports` maps the logical ids of functions that are debugged to where a debugger is
    awaited: those have one environment, and neither time nor memory ends it.
    `belongs_to` tells an environment's own processes from others.

    The limits are AWS's (lambda-runtime.md L12, L17, L18); `next_seconds` is how long an
    environment may take from its answer to its next /next before nobody waits for it any more.
    """

    sandbox: Sandbox
    runtimes: Runtimes
    start_process: StartProcess
    emit: Callable[[LogEvent], None]
    report: Callable[[str], None]
    observe: Observe = nobody
    reload: bool = True
    debug_ports: Mapping[str, int] = field(default_factory=dict)
    belongs_to: BelongsTo = belongs_to
    init_seconds: float = 10.0
    idle_seconds: float = 600.0
    next_seconds: float = 1.0
    account_concurrency: int = ACCOUNT_CONCURRENCY
    asynchronous: AsynchronousSettings = field(default_factory=AsynchronousSettings)
