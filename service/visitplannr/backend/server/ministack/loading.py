"""MiniStack, changed in place: what it fires is handed over, and it goes by our clock."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from visitplannr.backend.server.cron import is_for_a_rule
from visitplannr.backend.server.ministack.corrections import correct
from visitplannr.backend.server.ministack.deferred import defer, missing
from visitplannr.backend.server.ministack.firing import Firing, Run, never
from visitplannr.backend.server.ministack.http_subscriptions import HttpSubscriptions
from visitplannr.backend.server.ministack.other_sources import correct_other_sources
from visitplannr.backend.server.ministack.outgoing import Localise, reach_by
from visitplannr.backend.server.ministack.pipes import keep_pipes
from visitplannr.backend.server.ministack.retriers import Retriers
from visitplannr.backend.server.ministack.scheduler import Ticker
from visitplannr.backend.server.ministack.seams import MovedError, find_seam, moved, service
from visitplannr.backend.server.ministack.subscriptions import Subscriptions
from visitplannr.backend.server.ministack.targets import Targets
from visitplannr.backend.server.ministack.timing import go_by
from visitplannr.backend.server.ministack.traces import carry_traces
from visitplannr.backend.server.retries import Retries
from visitplannr.backend.server.steps import App

StartReading = Callable[[str, str, str], None]
_TICK_SECONDS = 1


def load(
    run: Run,
    poll: Callable[[], None],
    start_reading: StartReading,
    retries: Retries,
    localise: Localise,
) -> App:
    """Import MiniStack, let `run` have all invocations, and give the ASGI application.

    `poll` polls the event source mappings for ever; it is called in a thread of its own.
    `start_reading` notes where a new one reads from: its id, its source's ARN, StartingPosition.
    `retries` are the waits of deliveries, and have the clock that all goes by; `localise` gives an
    address as `up` serves it.

    Raises:
        MovedError: the installed MiniStack is another than the pinned one.
    """
    defer()
    with missing("docker"):
        service("lambda_svc")
    if different := list(moved(version("ministack"), find_seam)):
        raise MovedError("; ".join(different))
    lambda_svc, firing = service("lambda_svc"), Firing(run)
    lambda_svc._execute_function = firing
    lambda_svc._execute_function_dispatch = never
    lambda_svc.invoke_async_with_retry = firing.later
    lambda_svc._snapstart_provision_version_async = _activate
    lambda_svc._poll_loop = poll
    lambda_svc._init_stream_position = start_reading
    Targets(firing.fire, retries).install()
    Subscriptions(firing.fire, retries).install()
    HttpSubscriptions(localise, retries).install()
    Retriers(retries.clock.sleep).install()
    _schedule(Ticker(retries.clock))
    go_by(retries.clock)
    carry_traces()
    reach_by(localise)
    correct()
    correct_other_sources(firing.fire)
    keep_pipes(start_reading)
    app: App = find_seam("app.app")
    return app


def _schedule(ticker: Ticker) -> None:
    eventbridge, scheduler = service("eventbridge"), service("scheduler")
    eventbridge._SCHEDULER_TICK_INTERVAL = scheduler._SCHEDULE_TICK_INTERVAL = _TICK_SECONDS
    eventbridge._validate_schedule_expression = is_for_a_rule
    eventbridge._tick_scheduled_rules = ticker.tick_rules
    scheduler._tick_schedules = ticker.tick_schedules


def _activate(_name: str, ver_record: dict[str, Any]) -> None:
    """Make a SnapStart version ready at once: no snapshot of it is taken."""
    ver_record["config"].update(State="Active", StateReason="", StateReasonCode="")
