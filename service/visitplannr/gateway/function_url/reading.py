"""Read the function URLs of a stack from its resolved template."""

from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.model.application import FunctionUrl
from visitplannr.model.routes import ANY, DEFAULT
from visitplannr.model.stack import FUNCTION, FUNCTION_URL, ResolvedStack, url_target

_DOCUMENT = {"paths": {DEFAULT: {ANY: {"x-amazon-apigateway-integration": {"type": "aws_proxy"}}}}}


def read(stack: ResolvedStack) -> Iterator[FunctionUrl]:
    """Yield the URLs of the stack's functions.

    The first URL of a function has the function's logical id; one more, of an alias, its own.
    """
    functions = {
        stack.physical_ids[logical_id]: logical_id for logical_id, _ in stack.of_type(FUNCTION)
    }
    taken: set[str] = set()
    for logical_id, properties in _plain_ones_first(stack):
        name = url_target(properties)
        if name not in functions:
            continue
        known_as = logical_id if functions[name] in taken else functions[name]
        taken.add(known_as)
        address = str(properties.get("FunctionUrl") or "")
        yield FunctionUrl(
            logical_id=known_as,
            api_id=address.partition("://")[2].partition(".")[0],
            account_id=stack.account_id,
            stage=DEFAULT,
            document=_DOCUMENT,
            integrations={(DEFAULT, "ANY"): name},
            region=stack.region,
            address=address,
            auth_type=str(properties.get("AuthType") or "NONE"),
            invoke_mode=str(properties.get("InvokeMode") or "BUFFERED"),
            cors=properties.get("Cors"),
        )


def _plain_ones_first(stack: ResolvedStack) -> list[tuple[str, Mapping[str, Any]]]:
    urls = stack.of_type(FUNCTION_URL)
    return sorted(urls, key=lambda one: bool(one[1].get("Qualifier")))
