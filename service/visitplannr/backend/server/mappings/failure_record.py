"""The record of a discarded batch that goes to the mapping's OnFailure destination."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from visitplannr.backend.server.mappings.mapping import EventSourceMapping
from visitplannr.backend.server.mappings.outcome import Outcome
from visitplannr.backend.server.mappings.records import Discarded, arrival, sequence_number

_INFO = {"kinesis": "KinesisBatchInfo", "dynamodb": "DDBStreamBatchInfo"}


def failure_record(mapping: EventSourceMapping, discarded: Discarded, now: float) -> dict[str, Any]:
    """Say what was discarded (AWS Lambda guide, "Retain discarded batches"); not the records.

    What was never tried has no response, and only a function that broke has an error.
    """
    first, last = discarded.records[0], discarded.records[-1]
    return {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": mapping.function_arn,
            "condition": discarded.condition,
            "approximateInvokeCount": discarded.tries,
        },
        **_response_context(discarded.outcome),
        "version": "1.0",
        "timestamp": _iso(now),
        _INFO[mapping.source]: {
            "shardId": discarded.shard,
            "startSequenceNumber": sequence_number(first),
            "endSequenceNumber": sequence_number(last),
            "approximateArrivalOfFirstRecord": _iso(arrival(first)),
            "approximateArrivalOfLastRecord": _iso(arrival(last)),
            "batchSize": len(discarded.records),
            "streamArn": mapping.source_arn,
        },
    }


def _response_context(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {}
    error = {"functionError": "Unhandled"} if outcome.error else {}
    return {"responseContext": {"statusCode": 200, "executedVersion": "$LATEST", **error}}


def with_payload(record: dict[str, Any], discarded: Discarded) -> dict[str, Any]:
    """Add the records themselves, which only a bucket gets."""
    return {**record, "payload": json.dumps({"Records": list(discarded.records)})}


def _iso(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def key_of(mapping: EventSourceMapping, discarded: Discarded, now: float) -> str:
    """Name the object that a bucket gets ("Configuring an Amazon S3 destination")."""
    moment = datetime.fromtimestamp(now, UTC)
    folder = f"aws/lambda/{mapping.uuid}/{discarded.shard}/{moment:%Y/%m/%d}"
    return f"{folder}/{moment:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
