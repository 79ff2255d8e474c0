"""What MiniStack leaves out and is needed to run functions as AWS does."""

import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from visitplannr.backend.server.ministack.seams import DESCRIBED, find_seam, service
from visitplannr.backend.server.ministack.sources import MAKING, start_reading_at

_FUNCTION = "AWS::Lambda::Function"
_MAPPING = "AWS::Lambda::EventSourceMapping"
_KEPT = ("DeadLetterConfig", "VpcConfig", "KMSKeyArn", "FileSystemConfigs")
_KEPT_OF_MAPPINGS = ("TumblingWindowInSeconds", "StartingPositionTimestamp")

_ERROR = 400

Complete = Callable[[str, Mapping[str, Any]], None]
"""Adds what was left out of the resource with a physical id, by its properties."""


def correct() -> None:
    """Let functions and mappings keep all of their properties, and nested stacks be updated."""
    handlers = find_seam("services.cloudformation.provisioners._RESOURCE_HANDLERS")
    handlers.update({kind: {"create": _described, "delete": _forgotten} for kind in DESCRIBED})
    complete_by(_FUNCTION, _complete)
    complete_by(_MAPPING, _complete_mapping, MAKING)
    lambda_svc = service("lambda_svc")
    lambda_svc._create_esm = partial(_created, lambda_svc._create_esm)
    lambda_svc._update_esm = partial(_updated, lambda_svc._update_esm)
    provisioners = service("cloudformation.provisioners")
    provisioners._update_resource = _remembering(provisioners._update_resource)


def _described(_logical_id: str, _properties: Any, _stack: str) -> tuple[str, dict[str, Any]]:
    return secrets.token_hex(4), {}


def _forgotten(_physical_id: str, _properties: Any) -> None:
    """Do nothing: a description is kept nowhere."""


def complete_by(
    kind: str, complete: Complete, held: AbstractContextManager[Any] | None = None
) -> None:
    """Let `complete` follow whenever a stack makes or changes a resource; meanwhile hold a lock."""
    handler = find_seam("services.cloudformation.provisioners._RESOURCE_HANDLERS")[kind]
    lock = held or nullcontext()
    handler["create"] = _completed(handler["create"], 1, complete, lock)
    handler["update"] = _completed(handler["update"], 2, complete, lock)


def fail_custom_resource(event: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    """Let a custom resource whose function broke fail at once; AWS waits for an hour."""
    custom_resource = service("cloudformation.custom_resource")
    token = str(event.get("ResponseURL", "")).rpartition("/")[2]
    pending = custom_resource._pending.get(token)
    if pending and pending["result"] is None:
        said = result.get("body")
        reason = said.get("errorMessage") if isinstance(said, Mapping) else said
        answer = {"Status": "FAILED", "Reason": f"its function failed: {reason}"}
        custom_resource.deliver_response(token, answer)


def _completed(
    provision: Callable[..., Any],
    properties_at: int,
    complete: Complete,
    held: AbstractContextManager[Any],
) -> Callable[..., Any]:
    """Provision a resource and add what was left out, while a lock is `held`.

    `properties_at` is the place of the argument.
    """

    def provisioned(*arguments: Any, **named: Any) -> Any:
        with held:
            made = provision(*arguments, **named)
            complete(made[0], arguments[properties_at])
        return made

    return provisioned


def _remembering(update: Callable[..., Any]) -> Callable[..., Any]:
    """Let a resource of a nested stack keep its attributes if nothing of it changes."""
    stacks = find_seam("services.cloudformation._stacks")

    def updated(*arguments: Any, **named: Any) -> Any:
        if len(arguments) == 6 and "old_attrs" not in named:
            stack, logical_id = stacks.get(arguments[4]) or {}, arguments[5]
            known = (stack.get("_resources") or {}).get(logical_id) or {}
            named["old_attrs"] = known.get("Attributes")
        return update(*arguments, **named)

    return updated


def _created(create: Callable[[dict[str, Any]], Any], data: dict[str, Any]) -> Any:
    """Make a mapping by an API call; the answer tells what was left out, too."""
    with MAKING:
        status, headers, body = create(data)
        if status < _ERROR:
            _complete_mapping(json.loads(body)["UUID"], data)
    return status, headers, _with_what_is_kept(status, body)


def _updated(
    update: Callable[[str, dict[str, Any]], Any], esm_id: str, data: dict[str, Any]
) -> Any:
    with MAKING:
        status, headers, body = update(esm_id, data)
        if status < _ERROR and "TumblingWindowInSeconds" in data:
            seconds = data["TumblingWindowInSeconds"]
            service("lambda_svc")._esms[esm_id]["TumblingWindowInSeconds"] = seconds
    return status, headers, _with_what_is_kept(status, body)


def _with_what_is_kept(status: int, body: bytes) -> bytes:
    if status >= _ERROR:
        return body
    told = json.loads(body)
    kept = service("lambda_svc")._esms[told["UUID"]]
    added = {name: kept[name] for name in _KEPT_OF_MAPPINGS if name in kept}
    return json.dumps({**told, **added}).encode()


def _complete_mapping(esm_id: str, properties: Mapping[str, Any]) -> None:
    mapping = service("lambda_svc")._esms[esm_id]
    for name in _KEPT_OF_MAPPINGS:
        if name in properties:
            mapping[name] = properties[name]
        else:
            mapping.pop(name, None)
    if mapping.get("StartingPosition") == "AT_TIMESTAMP":
        moment = float(mapping.get("StartingPositionTimestamp") or 0)
        start_reading_at(esm_id, mapping["EventSourceArn"], moment)


def _complete(function_name: str, properties: Mapping[str, Any]) -> None:
    function = service("lambda_svc")._functions[function_name]
    for name in _KEPT:
        if name in properties:
            function["config"][name] = properties[name]
        else:
            function["config"].pop(name, None)
    reserved = properties.get("ReservedConcurrentExecutions")
    function["concurrency"] = None if reserved is None else int(reserved)
