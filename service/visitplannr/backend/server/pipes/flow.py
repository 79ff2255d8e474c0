"""Runs a pipe on a batch of its source's events: enrich them, then send them to the target."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from visitplannr.backend.server.mappings.outcome import Outcome
from visitplannr.backend.server.pipes.pipe import Pipe
from visitplannr.backend.server.pipes.targets import Ask, NotSentError, send_to
from visitplannr.backend.server.pipes.templates import transformed

Invoke = Callable[[str, Any], Outcome]
"""Runs a function, by its ARN, on an event, and waits for it."""
_FAILURES = "batchItemFailures"


class Flow:
    """Runs pipes; `invoke` and `later` run functions, `ask` calls the backend's services."""

    def __init__(self, invoke: Invoke, later: Invoke, ask: Ask) -> None:
        self._invoke = invoke
        self._later = later
        self._ask = ask

    def run(self, pipe: Pipe, records: Sequence[Mapping[str, Any]]) -> Outcome:
        """Give what became of a batch: an error, or which of its events failed."""
        events: Any = [_event(record) for record in records]
        if pipe.enrichment:
            made = _made(pipe, pipe.enrichment_template, events)
            enriched = self._enriched(pipe.enrichment, made)
            if enriched.error or enriched.body in (None, "", [], {}):
                return Outcome(None, enriched.error, enriched.throttled)
            events = enriched.body
        return self._sent(pipe, _made(pipe, pipe.target_template, events))

    def _enriched(self, arn: str, events: Any) -> Outcome:
        match _service(arn):
            case "lambda":
                return self._invoke(arn, events)
            case "states":
                return self._executed(arn, events)
        return Outcome(None, f"enrichments by {arn} are not run locally")

    def _sent(self, pipe: Pipe, events: Any) -> Outcome:
        waits = pipe.settings.get("InvocationType", "REQUEST_RESPONSE") != "FIRE_AND_FORGET"
        try:
            match _service(pipe.target):
                case "lambda":
                    return _reported((self._invoke if waits else self._later)(pipe.target, events))
                case "states" if waits and self._is_express(pipe.target):
                    return _reported(self._executed(pipe.target, events))
            send_to(pipe, events, self._ask)
        except NotSentError as error:
            return Outcome(None, str(error))
        return Outcome()

    def _is_express(self, arn: str) -> bool:
        found = self._ask("stepfunctions", "AWSStepFunctions.DescribeStateMachine", {
            "stateMachineArn": arn
        })  # fmt: skip
        return found.get("type") == "EXPRESS"

    def _executed(self, arn: str, events: Any) -> Outcome:
        """Run an express state machine, and wait for its output."""
        asked = {"stateMachineArn": arn, "input": json.dumps(events)}
        try:
            done = self._ask("stepfunctions", "AWSStepFunctions.StartSyncExecution", asked)
        except NotSentError as error:
            return Outcome(None, str(error))
        if done.get("status") != "SUCCEEDED":
            return Outcome(None, f"{done.get('error') or done.get('status')}: {done.get('cause')}")
        return Outcome(json.loads(done.get("output") or "null"))


def _made(pipe: Pipe, template: str | None, events: Any) -> Any:
    """Make of each event what a template says."""
    if template is None:
        return events
    about = {
        "pipe-arn": pipe.arn,
        "pipe-name": pipe.name,
        "source-arn": pipe.source,
        "enrichment-arn": pipe.enrichment or "",
        "target-arn": pipe.target,
    }
    if isinstance(events, list):
        return [transformed(template, event, about) for event in events]
    return transformed(template, events, about)


def _event(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a record as pipes have it: those of Kinesis are flat."""
    kinesis = record.get("kinesis")
    if not isinstance(kinesis, Mapping):
        return record
    others = {name: value for name, value in record.items() if name != "kinesis"}
    return {**kinesis, **others}


def _reported(outcome: Outcome) -> Outcome:
    """Keep of an answer which events it says have failed."""
    body = outcome.body
    says = isinstance(body, Mapping) and _FAILURES in body
    return Outcome(body if says else None, outcome.error, outcome.throttled)


def _service(arn: str) -> str:
    return (arn.split(":") + [""] * 3)[2]
