"""What MiniStack's CloudFormation leaves out and is needed to run functions as AWS does."""

from collections.abc import Callable, Mapping
from typing import Any

from visitplannr.backend.server.ministack.seams import find_seam, service

_FUNCTION = "AWS::Lambda::Function"
_KEPT = ("DeadLetterConfig", "VpcConfig", "KMSKeyArn", "FileSystemConfigs")


def correct() -> None:
    """Let functions of stacks keep all of their properties, and nested stacks be updated."""
    handlers = find_seam("services.cloudformation.provisioners._RESOURCE_HANDLERS")
    handler = handlers[_FUNCTION]
    handler["create"] = _completed(handler["create"], 1)
    handler["update"] = _completed(handler["update"], 2)
    provisioners = service("cloudformation.provisioners")
    provisioners._update_resource = _remembering(provisioners._update_resource)


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


def _completed(provision: Callable[..., Any], properties_at: int) -> Callable[..., Any]:
    """Provision a function and add what was left out; `properties_at` is the argument's place."""

    def provisioned(*arguments: Any, **named: Any) -> Any:
        made = provision(*arguments, **named)
        _complete(service("lambda_svc")._functions[made[0]], arguments[properties_at])
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


def _complete(function: dict[str, Any], properties: Mapping[str, Any]) -> None:
    for name in _KEPT:
        if name in properties:
            function["config"][name] = properties[name]
        else:
            function["config"].pop(name, None)
    reserved = properties.get("ReservedConcurrentExecutions")
    function["concurrency"] = None if reserved is None else int(reserved)
