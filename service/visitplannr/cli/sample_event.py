"""Samples of the events that AWS's services give a function, in the shapes of their documents."""

import base64
import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from visitplannr.cli.command import CommandError
from visitplannr.cli.suggestion import like

_SAMPLES = Path(__file__).with_name("samples")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
Put = Callable[[dict[str, Any], str], None]


def sample_event(source: str, data: str | None) -> dict[str, Any]:
    """Give the sample of a source, with `data` where its producer's own words are.

    Raises:
        CommandError: there is no such sample, or no place for data in it.
    """
    if source not in samples():
        there = ", ".join((*METHODS, *samples()))
        meant = like(samples(), source)
        hint = f"; did you mean {meant}?" if meant else ""
        raise CommandError(f"{source} is no method and no source; there are: {there}{hint}")
    text = (_SAMPLES / f"{source}.json").read_text(encoding="utf-8")
    event: dict[str, Any] = json.loads(text)
    if data is None:
        return event
    if source not in _CARRIERS:
        raise CommandError(f"an event of {source} carries no data; change what this prints")
    _CARRIERS[source](event, data)
    return event


def samples() -> list[str]:
    """Name the sources that there are samples of."""
    return sorted(path.stem for path in _SAMPLES.glob("*.json"))


def _body(event: dict[str, Any], data: str) -> None:
    event["body"] = data


def _queue(event: dict[str, Any], data: str) -> None:
    digest = hashlib.md5(data.encode(), usedforsecurity=False).hexdigest()
    event["Records"][0] |= {"body": data, "md5OfBody": digest}


def _topic(event: dict[str, Any], data: str) -> None:
    event["Records"][0]["Sns"]["Message"] = data


def _stream(event: dict[str, Any], data: str) -> None:
    event["Records"][0]["kinesis"]["data"] = _base64(data.encode())


def _delivery(event: dict[str, Any], data: str) -> None:
    event["records"][0]["data"] = _base64(data.encode())


def _logs(event: dict[str, Any], data: str) -> None:
    told = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    told["logEvents"][0]["message"] = data
    event["awslogs"]["data"] = _base64(gzip.compress(json.dumps(told).encode(), mtime=0))


def _kafka(event: dict[str, Any], data: str) -> None:
    (records,) = event["records"].values()
    records[0]["value"] = _base64(data.encode())


def _bus(event: dict[str, Any], data: str) -> None:
    try:
        event["detail"] = json.loads(data)
    except ValueError as error:
        raise CommandError(f"the detail of an EventBridge event is JSON: {error}") from error


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


# Where a sample has what its producer wrote; the other samples have no such place.
_CARRIERS: Mapping[str, Put] = {
    "alb": _body,
    "cloudwatch-logs": _logs,
    "eventbridge": _bus,
    "firehose": _delivery,
    "kinesis": _stream,
    "msk": _kafka,
    "sns": _topic,
    "sqs": _queue,
    "test-invoke": _body,
}
