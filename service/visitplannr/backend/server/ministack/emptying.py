"""Empties what a stack's resources hold: messages, objects, records, executions, log events.

A resource stays as it is configured, and nobody hears of it: no notification, no event.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from visitplannr.backend.server.ministack.seams import find_seam, service
from visitplannr.backend.server.stack_contents import Held, Place

_OF_OBJECTS = (
    "_object_tags",
    "_object_annotations",
    "_object_acl",
    "_object_retention",
    "_object_legal_hold",
    "_object_versions",
)


def empty(place: Place, resources: Iterable[Held]) -> None:
    """Empty the resources of a stack that hold anything; one that is not there is none."""
    with find_seam("core.responses.request_scope")(place.account, place.region):
        for resource in resources:
            if emptied := _EMPTIED.get(resource.type):
                emptied(resource.physical_id)


def _queue(url: str) -> None:
    if queue := service("sqs")._queues.get(url):
        queue["messages"].clear()
        queue["dedup_cache"].clear()


def _bucket(name: str) -> None:
    s3 = service("s3")
    bucket = s3._buckets.get(name)
    if bucket is None:
        return
    bucket["objects"].clear()
    for attribute in _OF_OBJECTS:
        kept = getattr(s3, attribute)
        for key in [key for key in kept if key[0] == name]:
            del kept[key]
    uploads = s3._multipart_uploads
    for upload in [each for each in uploads if uploads[each].get("bucket") == name]:
        del uploads[upload]
    if s3.S3_PERSIST:
        _files(Path(s3.DATA_DIR), find_seam("core.responses.get_account_id")(), name)


def _files(kept: Path, account: str, bucket: str) -> None:
    """Delete what is kept of a bucket's objects; its own folder stays."""
    for folder in (kept / account / bucket, kept / ".versions" / account / bucket):
        if folder.is_dir() and next(folder.iterdir(), None):
            shutil.rmtree(folder)
            folder.mkdir()


def _stream(name: str) -> None:
    """Forget a Kinesis stream's records; its readers' positions are indices."""
    stream = service("kinesis")._streams.get(name)
    if stream is None:
        return
    for shard in stream["shards"].values():
        shard["records"].clear()
    lambda_svc = service("lambda_svc")
    for uuid, mapping in list(lambda_svc._esms.items()):
        if mapping.get("EventSourceArn", "").startswith(stream["StreamARN"]):
            lambda_svc._kinesis_positions.pop(uuid, None)


def _log_group(name: str) -> None:
    """Forget a log group's events; its streams stay, as `up` goes on writing to them."""
    logs = service("cloudwatch_logs")
    group: Mapping[str, Any] = logs._log_groups.get(name) or {}
    for stream in group.get("streams", {}).values():
        for event in stream["events"]:
            logs._log_records.pop(event["eventId"], None)
        stream["events"].clear()
        stream["firstEventTimestamp"] = stream["lastEventTimestamp"] = None


def _state_machine(arn: str) -> None:
    """Stop a state machine's executions, and forget them, but those that a caller waits for."""
    executions = service("stepfunctions")._executions
    for name, execution in list(executions.items()):
        if execution["stateMachineArn"] == arn:
            if execution["status"] == "RUNNING":
                execution["status"] = "ABORTED"
            if not execution.get("sync"):
                executions.pop(name, None)


_EMPTIED: Mapping[str, Callable[[str], None]] = {
    "AWS::Kinesis::Stream": _stream,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::S3::Bucket": _bucket,
    "AWS::SQS::Queue": _queue,
    "AWS::StepFunctions::StateMachine": _state_machine,
}
