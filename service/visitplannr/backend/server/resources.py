"""What a call is about: the ARNs of its resources, or a name where there is no ARN to tell."""

from collections.abc import Mapping
from typing import Any

from visitplannr.backend.server.calls import WireCall
from visitplannr.iam.actions import checks
from visitplannr.iam.actions.call import Call, NothingKnown

_NAMES = ("Arn", "ARN", "Url", "Name", "Id", "Bucket")
_MOST = 5


def resource_of(call: WireCall, account: str, region: str) -> str:
    """Name the resources of a call, at most five of them; "" if it names none."""
    table = call.parameters.get("TableName")
    if call.service == "dynamodb" and isinstance(table, str) and not table.startswith("arn:"):
        arn = f"arn:aws:dynamodb:{region}:{account}:table/{table}"
        index = call.parameters.get("IndexName")
        return f"{arn}/index/{index}" if index else arn
    asked = Call(call.service, call.operation, call.parameters, account, region)
    needed = checks(asked, NothingKnown()) or ()
    found = dict.fromkeys(check.resource for check in needed if check.resource != "*")
    return ", ".join(list(found)[:_MOST]) or _named(call.parameters)


def _named(parameters: Mapping[str, Any]) -> str:
    """Take the first parameter that is called like the name of something."""
    for ending in _NAMES:
        for name, value in parameters.items():
            if name.endswith(ending) and isinstance(value, str):
                return value
    return ""
