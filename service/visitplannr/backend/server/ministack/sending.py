"""Sends records of failures to queues, topics and buckets of MiniStack's."""

import json
import logging
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from visitplannr.backend.server.ministack.firing import in_background
from visitplannr.backend.server.ministack.seams import find_seam

_log = logging.getLogger(__name__)


def send(arn: str, record: str, key: str = "", attributes: Mapping[str, str] | None = None) -> None:
    """Send a record to a queue, with attributes, to a topic or, under `key`, to a bucket.

    Not to be called from the event loop: it is the one that does it.

    Raises:
        LookupError: it was not taken.
    """
    service = arn.split(":")[2]
    headers, body, path, method = {}, record, "/", "POST"
    if service == "sqs":
        headers["x-amz-target"] = "AmazonSQS.SendMessage"
        body = json.dumps(
            {
                "QueueUrl": arn.rpartition(":")[2],
                "MessageBody": record,
                "MessageAttributes": {
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in (attributes or {}).items()
                },
            }
        )
    elif service == "sns":
        headers["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode({"Action": "Publish", "TopicArn": arn, "Message": record})
    else:
        method, path = "PUT", f"/{arn.rpartition(':')[2]}/{quote(key)}"
    handler = find_seam("app._get_module")(service).handle_request
    call = find_seam("app.call_service_handler_sync")
    status, _, answer = call(handler, method, path, headers, body.encode(), {})
    if status >= 300:
        raise LookupError(f"{arn}: {status} {answer!r}")


def send_dead_letter(arn: str | None, body: str, attributes: Mapping[str, str]) -> None:
    """Send a dead letter, if there is a queue for it, without waiting for it."""
    if arn:
        in_background(_send_or_log, arn, body, attributes)


def _send_or_log(arn: str, body: str, attributes: Mapping[str, str]) -> None:
    try:
        send(arn, body, attributes=attributes)
    except LookupError as error:
        _log.warning("a dead letter was not taken: %s", error)
