"""Where the running stack is: its APIs, function URLs and outputs, for people and programs."""

from collections.abc import Mapping

from visitplannr.gateway.kinds import KINDS, Kinds
from visitplannr.model.application import Application, WebSocketApi

_HERE = frozenset({"127.0.0.1", "0.0.0.0", "::", "::1"})


def base_url(host: str, port: int) -> str:
    """Give the URL that is handed out: by name, where this machine is meant."""
    name = "localhost" if host in _HERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def urls(
    application: Application, base: str, kinds: Kinds = KINDS
) -> Mapping[str, Mapping[str, str]]:
    """Map the logical ids of APIs, and those of functions that have a URL, to where they are."""
    apis: dict[str, str] = {}
    functions: dict[str, str] = {}
    for api in application.apis:
        prefix = kinds[type(api)].prefix(api)
        if isinstance(api, WebSocketApi):
            apis[api.logical_id] = base.replace("http", "ws", 1) + prefix
        elif prefix:
            functions[api.logical_id] = f"{base}{prefix}/"
        else:
            apis[api.logical_id] = base
    return {"apis": apis, "functions": functions}


def health_of(application: Application, endpoint_url: str) -> Mapping[str, str]:
    """Say of a stack that is served that it is, and where its AWS services are."""
    return {
        "status": "ready",
        "endpoint_url": endpoint_url,
        "stack_name": application.stack_name,
        "region": application.region,
    }
