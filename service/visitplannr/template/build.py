"""The one builder of the application model.

A resolved stack and the local code go in; each kind of API is read by a reader of its own, which
is handed in. So `up`, a command without a deployment and the preview of a change see the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from visitplannr.model.application import Application, Function
from visitplannr.model.stack import FUNCTION, ApiReader, ResolvedStack
from visitplannr.template.intrinsics import text

_LAYER = "AWS::Lambda::LayerVersion"


def build(
    stack: ResolvedStack, code: Mapping[str, Path], readers: Sequence[ApiReader]
) -> Application:
    """Make the application; `code` maps the template's functions and layers to their code."""
    return Application(
        stack_name=stack.stack_name,
        region=stack.region,
        account_id=stack.account_id,
        functions=tuple(_functions(stack, code)),
        apis=tuple(api for read in readers for api in read(stack)),
        resources=stack.resources,
        outputs=stack.outputs,
    )


def _functions(stack: ResolvedStack, code: Mapping[str, Path]) -> Iterator[Function]:
    layers = _local_layers(stack, code)
    for logical_id, properties in stack.of_type(FUNCTION):
        if logical_id not in code:
            continue
        logging = properties.get("LoggingConfig") or {}
        variables = _mapping((properties.get("Environment") or {}).get("Variables"))
        used = (str(layer) for layer in properties.get("Layers") or ())
        yield Function(
            logical_id=logical_id,
            name=stack.physical_ids[logical_id],
            arn=stack.function_arn(logical_id),
            handler=str(properties.get("Handler", "")),
            runtime=str(properties.get("Runtime", "")),
            code=code[logical_id],
            timeout=_number(properties.get("Timeout")) or 3,
            memory=_number(properties.get("MemorySize")) or 128,
            environment={name: _variable(value) for name, value in variables.items()},
            reserved_concurrency=_number(properties.get("ReservedConcurrentExecutions")),
            layers=tuple(layers[arn] for arn in used if arn in layers),
            log_format=str(logging.get("LogFormat", "Text")),
            application_log_level=str(logging.get("ApplicationLogLevel", "INFO")),
            system_log_level=str(logging.get("SystemLogLevel", "INFO")),
            log_group=text(logging.get("LogGroup")) or "",
        )


def _local_layers(stack: ResolvedStack, code: Mapping[str, Path]) -> Mapping[str, Path]:
    """Map the ARNs of layers to their code; SAM's transform adds a hash to their ids."""
    return {
        stack.physical_ids[logical_id]: path
        for logical_id, _ in stack.of_type(_LAYER)
        for named, path in code.items()
        if re.fullmatch(rf"{re.escape(named)}([0-9a-f]{{10}})?", logical_id)
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: Any) -> int | None:
    """Read a whole number; parameters give them as text."""
    written = text(value) or ""
    return int(written) if written.isdecimal() else None


def _variable(value: Any) -> str:
    """Write an environment variable; some are not known before a deployment."""
    written = text(value)
    return "unknown" if written is None else written
