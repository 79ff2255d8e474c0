"""Joins the parts of the backend process: the steps, MiniStack, and what runs functions."""

import http.client
import json
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from visitplannr.backend.server.call_log import CallLog, calls_api
from visitplannr.backend.server.clock import Clock
from visitplannr.backend.server.clock_api import clock_action
from visitplannr.backend.server.control_api import Action, contents_actions, control_api
from visitplannr.backend.server.dispatch import dispatch
from visitplannr.backend.server.faults import Faults, faults_action
from visitplannr.backend.server.guard import guard
from visitplannr.backend.server.invoke_client import Answer, Call, InvokeClient
from visitplannr.backend.server.local_addresses import asking, local_addresses
from visitplannr.backend.server.mappings.failure_record import (
    failure_record,
    key_of,
    with_payload,
)
from visitplannr.backend.server.mappings.mapping import EventSourceMapping
from visitplannr.backend.server.mappings.outcome import Outcome, outcome_of
from visitplannr.backend.server.mappings.poller import Poller
from visitplannr.backend.server.mappings.queue_poller import Invoke
from visitplannr.backend.server.mappings.records import Discarded
from visitplannr.backend.server.ministack.buckets import Buckets
from visitplannr.backend.server.ministack.emptying import empty
from visitplannr.backend.server.ministack.loading import load
from visitplannr.backend.server.ministack.pipes import ask, pipe_at
from visitplannr.backend.server.ministack.sending import send
from visitplannr.backend.server.ministack.sources import Sources, matches, polled_in_background
from visitplannr.backend.server.ministack.tables import connect
from visitplannr.backend.server.pipes.flow import Flow
from visitplannr.backend.server.pipes.pipe import read_pipe
from visitplannr.backend.server.positions import Positions
from visitplannr.backend.server.record import record
from visitplannr.backend.server.relay import relay
from visitplannr.backend.server.retries import Retries
from visitplannr.backend.server.stack_contents import StackContents
from visitplannr.backend.server.steps import App, Step, chain
from visitplannr.backend.server.tables import DynamoDB
from visitplannr.backend.server.triggers import result_for_ministack, trace_of

_log = logging.getLogger(__name__)


def steps(calls: CallLog, authorise: Step | None) -> Sequence[Step]:
    """Give the door in its order: guard ▸ record ▸ authorise; then faults and dispatch."""
    deciding = (authorise,) if authorise else ()
    return partial(guard, Buckets()), partial(record, calls), *deciding


def application(  # noqa: PLR0913 - what the parts work with
    invocations: Path,
    dynamodb: DynamoDB,
    positions: Positions,
    clock: Clock,
    *,
    keep: Step,
    authorise: Step | None = None,
) -> App:
    """Build the backend; functions are run by what listens at the socket `invocations`.

    `positions` is how far event source mappings have read the streams of tables; `keep` keeps what
    MiniStack has changed. Without `authorise` everybody may do everything.

    Raises:
        MovedError: the installed MiniStack is another than the pinned one.
    """
    client = InvokeClient(invocations)

    def run(call: Call) -> dict[str, Any]:
        return result_for_ministack(_answer(client, call))

    sources = Sources(dynamodb.of, positions)
    poller = Poller(
        sources,
        _batches(client),
        matches,
        polled_in_background,
        partial(_discard, clock),
        clock=clock,
        sleep=clock.sleep,
    )
    retries = Retries(clock)
    ministack = load(run, poller.run, sources.start_reading, retries, client.localised)
    connect(dynamodb.of)
    calls, faults = CallLog(), Faults()
    actions = _for_tests(dynamodb, retries, poller, faults)
    others = keep(control_api(actions, local_addresses(asking(invocations), ministack)))
    last = dispatch(relay(invocations), dynamodb.app, calls_api(calls, others))
    return chain((*steps(calls, authorise), faults.step), last)


def _batches(client: InvokeClient) -> Invoke:
    """Let a mapping's function, or a pipe, have a batch."""

    def invoke(
        arn: str, event: Any, *, trigger: str, trace: str | None, later: bool = False
    ) -> Outcome:
        payload = json.dumps(event, ensure_ascii=False).encode()
        return outcome_of(_answer(client, Call(arn, payload, trigger, trace, later)))

    def run_batch(mapping: EventSourceMapping, event: Mapping[str, Any]) -> Outcome:
        trace = trace_of(event)
        if found := pipe_at(mapping.function_arn):
            run = partial(invoke, trigger="pipes", trace=trace)
            outcome = Flow(run, partial(run, later=True), ask).run(
                read_pipe(found), event["Records"]
            )
        else:
            outcome = invoke(mapping.function_arn, event, trigger=mapping.source, trace=trace)
        if outcome.error:
            _log.info("%s failed on a batch: %s", mapping.function, outcome.error)
        return outcome

    return run_batch


def _for_tests(
    dynamodb: DynamoDB, retries: Retries, poller: Poller, faults: Faults
) -> Mapping[str, Action]:
    """Name what a test may do to the backend."""

    def abandon() -> None:
        retries.abandon()
        poller.begin_anew()
        faults.clear()

    return {
        "clock": clock_action(retries.clock, dynamodb.every_second),
        "faults": faults_action(faults),
        **contents_actions(StackContents(dynamodb.kept, empty, abandon)),
    }


def _answer(client: InvokeClient, call: Call) -> Answer:
    try:
        return client(call)
    except (OSError, http.client.HTTPException) as error:
        return Answer(503, json.dumps(str(error)).encode())


def _discard(clock: Clock, mapping: EventSourceMapping, discarded: Discarded) -> None:
    """Tell the mapping's OnFailure destination."""
    count, function = len(discarded.records), mapping.function
    _log.warning("%d records for %s were given up: %s", count, function, discarded.condition)
    if not mapping.on_failure:
        return
    now = clock()
    record = failure_record(mapping, discarded, now)
    if ":s3:" in mapping.on_failure:
        record = with_payload(record, discarded)
    try:
        send(mapping.on_failure, json.dumps(record), key_of(mapping, discarded, now))
    except LookupError as error:
        _log.warning("the OnFailure destination of %s did not take it: %s", function, error)
