"""The records of asynchronous invocations (AWS Lambda guide, "Retaining asynchronous records")."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from visitplannr.model.asynchronous import AsynchronousRules, Delivery
from visitplannr.model.invocation import InvocationResult

_MESSAGE_CHARACTERS = 1_024
_DETAIL_TYPE = "Lambda Function Invocation Result - {}"


@dataclass(frozen=True, slots=True)
class Ended:
    """An asynchronous invocation that will not be tried again, at `time` (epoch seconds).

    `condition` is AWS's word for how it ended, `result` that of the last try, if there was one.
    """

    request_id: str
    payload: bytes
    condition: str
    tries: int
    result: InvocationResult | None
    time: float

    @property
    def succeeded(self) -> bool:
        return self.condition == "Success"


def deliveries(ended: Ended, rules: AsynchronousRules) -> list[Delivery]:
    """Say who has to be told: a destination, and the dead-letter queue if it failed."""
    told = []
    if destination := rules.on_success if ended.succeeded else rules.on_failure:
        told.append(_to_destination(destination, ended, rules))
    if rules.dead_letters and not ended.succeeded:
        told.append(_to_dead_letters(rules.dead_letters, ended, rules))
    return told


def _to_destination(destination: str, ended: Ended, rules: AsynchronousRules) -> Delivery:
    moment = datetime.fromtimestamp(ended.time, UTC)
    name = rules.function_arn.rpartition(":")[2]
    return Delivery(
        destination,
        json.dumps(_record(ended, rules, moment)),
        rules.function_arn,
        _DETAIL_TYPE.format("Success" if ended.succeeded else "Failure"),
        f"aws/lambda/async/{name}/{moment:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}",
    )


def _record(ended: Ended, rules: AsynchronousRules, moment: datetime) -> dict[str, Any]:
    record = {
        "version": "1.0",
        "timestamp": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": ended.request_id,
            "functionArn": _qualified(rules.function_arn),
            "condition": ended.condition,
            "approximateInvokeCount": ended.tries,
        },
        "requestPayload": _json(ended.payload),
    }
    if ended.result is not None:
        failed = ended.result.function_error
        context = {"statusCode": 200, "executedVersion": "$LATEST"}
        record["responseContext"] = {**context, **({"functionError": failed} if failed else {})}
        record["responsePayload"] = _json(ended.result.payload)
    return record


def _qualified(arn: str) -> str:
    """Name the version, if the ARN does not."""
    return arn if ":" in arn.partition(":function:")[2] else f"{arn}:$LATEST"


def _to_dead_letters(target: str, ended: Ended, rules: AsynchronousRules) -> Delivery:
    """Give the event itself, and why it failed as attributes ("Adding a dead-letter queue")."""
    answer = _json(ended.result.payload) if ended.result else None
    said = answer.get("errorMessage") if isinstance(answer, dict) else None
    attributes = {
        "RequestID": ended.request_id,
        "ErrorCode": "200" if ended.result else "429",
        "ErrorMessage": str(said or ended.condition)[:_MESSAGE_CHARACTERS],
    }
    body = ended.payload.decode("utf-8", errors="replace")
    return Delivery(target, body, rules.function_arn, attributes=attributes)


def _json(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", errors="replace")
