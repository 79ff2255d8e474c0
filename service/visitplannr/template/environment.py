"""Functions' environment variables: the text CloudFormation makes of them, and what Lambda refuses.

("Working with Lambda environment variables", Environment in Lambda's API reference)
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from visitplannr.template.intrinsics import is_intrinsic, text

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")
_MEMBER = "[a-zA-Z]([a-zA-Z0-9_])+"
_BYTES = 4096  # of all of a function's, as JSON ("Lambda quotas")
_FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
RESERVED = frozenset(
    {
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
    }
)

Steps = tuple[str | int, ...]


def with_texts(template: dict[str, Any]) -> dict[str, Any]:
    """Write functions' variables that are scalars as the text CloudFormation makes of them."""
    for _, variables in variables_in(template):
        variables.update(
            {name: text(value) for name, value in variables.items() if text(value) is not None}
        )
    return template


def faults(
    template: Mapping[str, Any], resolve: Callable[[Any], Any]
) -> Iterator[tuple[Steps, str]]:
    """Yield the places of variables that AWS refuses, and what it says.

    `resolve` resolves references; what only a deployment knows does not count for the size.
    """
    shared: Mapping[str, Any] = {}
    for place, variables in variables_in(template):
        for name, value in variables.items():
            if fault := _fault(name, value, (*place, name)):
                yield (*place, name), fault
        if place[0] == "Globals":
            shared = variables
        merged = resolve({**shared, **variables})
        size = _size(merged)
        if size > _BYTES:
            yield (
                place,
                f"{place[1]}: the environment variables have {size} bytes and exceed the 4KB limit",
            )


def doubts(template: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    """Yield the places of names of one letter: Lambda wants two characters, and here they work."""
    for place, variables in variables_in(template):
        for name in variables:
            if len(name) == 1 and _NAME.fullmatch(name):
                yield (*place, name), f"{name} has one letter; AWS wants {_MEMBER}"


def variables_in(template: Mapping[str, Any]) -> Iterator[tuple[Steps, dict[str, Any]]]:
    """Yield the variables of each function, with their place; those of Globals come first."""
    shared = (template.get("Globals") or {}).get("Function")
    settings: list[tuple[Steps, Any]] = [(("Globals", "Function"), shared)]
    settings += [
        (("Resources", name, "Properties"), resource.get("Properties"))
        for name, resource in template["Resources"].items()
        if resource.get("Type") in _FUNCTIONS
    ]
    for place, found in settings:
        variables = ((found or {}).get("Environment") or {}).get("Variables")
        if isinstance(variables, dict) and not is_intrinsic(variables):
            yield (*place, "Environment", "Variables"), variables


def _fault(name: str, value: Any, place: Steps) -> str | None:
    if name in RESERVED:
        return f"{name} is a reserved key that Lambda does not allow to be set"
    if not _NAME.fullmatch(name):
        return f"{name} is no name of an environment variable: it must match {_MEMBER}"
    if value is None:
        return f"[/{'/'.join(map(str, place))}] 'null' values are not allowed in templates"
    if text(value) is None and not is_intrinsic(value):
        kind = "a list" if isinstance(value, list) else "a mapping"
        return f"the value of {name} must be text and is {kind}"
    return None


def _size(variables: Any) -> int:
    known = {} if not isinstance(variables, dict) else variables
    written = {name: text(value) or "" for name, value in known.items()}
    return len(json.dumps(written, separators=(",", ":"), ensure_ascii=False).encode())
