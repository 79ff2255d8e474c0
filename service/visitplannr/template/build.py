"""The one builder of the application model.

A resolved stack and the local code go in; each kind of API is read by a reader of its own, which
is handed in. So `up`, a command without a deployment and the preview of a change see the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from visitplannr.model.application import Application, Function
from visitplannr.model.code import Code
from visitplannr.model.stack import FUNCTION, ApiReader, ResolvedStack
from visitplannr.template.intrinsics import text
from visitplannr.template.triggers import triggers_of

_PROVISIONED = "ProvisionedConcurrencyConfig"
_UNHEEDED = (
    "CapacityProviderConfig",
    "CodeSigningConfigArn",
    "DurableConfig",
    "FileSystemConfigs",
    "TenancyConfig",
    "VpcConfig",
)
_LAYER = "AWS::Lambda::LayerVersion"


def build(
    stack: ResolvedStack, code: Mapping[str, Code], readers: Sequence[ApiReader]
) -> Application:
    """Make the application.

    `code` maps the template's functions and layers to their code, and ARNs of other layers, whose
    version may be left out, to what stands for them here.
    """
    return Application(
        stack_name=stack.stack_name,
        region=stack.region,
        account_id=stack.account_id,
        functions=tuple(_functions(stack, code)),
        apis=tuple(api for read in readers for api in read(stack)),
        resources=stack.resources,
        outputs=stack.outputs,
        triggers=tuple(dict.fromkeys(triggers_of(stack))),
    )


def _functions(stack: ResolvedStack, code: Mapping[str, Code]) -> Iterator[Function]:
    layers = {**code, **_local_layers(stack, code)}
    for logical_id, properties in stack.of_type(FUNCTION):
        if logical_id in code:
            own = _with_text(code[logical_id], properties.get("Code"))
            yield _function(stack, logical_id, properties, own, layers)


def _function(
    stack: ResolvedStack,
    logical_id: str,
    properties: Mapping[str, Any],
    code: Code,
    layers: Mapping[str, Code],
) -> Function:
    logging = properties.get("LoggingConfig") or {}
    variables = _mapping((properties.get("Environment") or {}).get("Variables"))
    used = [(str(arn), _layer(layers, str(arn))) for arn in properties.get("Layers") or ()]
    return Function(
        logical_id=logical_id,
        name=stack.physical_ids[logical_id],
        arn=stack.function_arn(logical_id),
        handler=str(properties.get("Handler", "")),
        runtime=str(properties.get("Runtime", "")),
        code=code.path,
        timeout=_number(properties.get("Timeout")) or 3,
        memory=_number(properties.get("MemorySize")) or 128,
        environment={name: _variable(value) for name, value in variables.items()},
        reserved_concurrency=_number(properties.get("ReservedConcurrentExecutions")),
        layers=tuple(layer for _, layer in used if layer is not None),
        log_format=str(logging.get("LogFormat", "Text")),
        application_log_level=str(logging.get("ApplicationLogLevel", "INFO")),
        system_log_level=str(logging.get("SystemLogLevel", "INFO")),
        log_group=text(logging.get("LogGroup")) or "",
        build=code.build,
        inline=code.inline,
        fault=code.fault,
        missing_layers=tuple(arn for arn, layer in used if layer is None),
        architecture=str((properties.get("Architectures") or ["x86_64"])[0]),
        aliases={
            str(alias.get("Name")): str(alias.get("FunctionVersion"))
            for alias in _of_function(stack, "AWS::Lambda::Alias", logical_id)
        },
        ephemeral_storage=_number(_mapping(properties.get("EphemeralStorage")).get("Size")) or 512,
        without_effect=tuple(_without_effect(stack, logical_id, properties)),
    )


def _of_function(stack: ResolvedStack, kind: str, logical_id: str) -> Iterator[Mapping[str, Any]]:
    """Yield the properties of a function's aliases, or of its versions."""
    for _, properties in stack.of_type(kind):
        named = str(properties.get("FunctionName")).rpartition(":function:")[2]
        if named.partition(":")[0] == stack.physical_ids[logical_id]:
            yield properties


def _without_effect(
    stack: ResolvedStack, logical_id: str, properties: Mapping[str, Any]
) -> Iterator[str]:
    """Name the settings of a function that only AWS's own machines heed."""
    yield from (name for name in _UNHEEDED if properties.get(name))
    if _mapping(properties.get("SnapStart")).get("ApplyOn") not in {None, "None"}:
        yield "SnapStart"
    qualified = (
        one
        for kind in ("AWS::Lambda::Alias", "AWS::Lambda::Version")
        for one in _of_function(stack, kind, logical_id)
    )
    if any(one.get(_PROVISIONED) for one in qualified):
        yield _PROVISIONED


def _with_text(code: Code, given: Any) -> Code:
    """Complete inline code by its text, in which references are resolved now."""
    if code.inline is None:
        return code
    written = text(given.get("ZipFile")) if isinstance(given, Mapping) else None
    if written is None:
        return replace(code, inline=None, fault="its inline code refers to what is not known here")
    return replace(code, inline=written)


def _layer(layers: Mapping[str, Code], arn: str) -> Code | None:
    """Find a layer by its ARN, or by that without the version."""
    return layers.get(arn) or layers.get(arn.rpartition(":")[0])


def _local_layers(stack: ResolvedStack, code: Mapping[str, Code]) -> Mapping[str, Code]:
    """Map the ARNs of layers to their code; SAM's transform adds a hash to their ids."""
    return {
        stack.physical_ids[logical_id]: layer
        for logical_id, _ in stack.of_type(_LAYER)
        for named, layer in code.items()
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
