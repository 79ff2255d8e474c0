"""What `visitplannr up` prints when it is ready: what it serves, and lines to copy."""

from collections.abc import Iterator

from visitplannr.cli.tables import columns
from visitplannr.model.application import Application
from visitplannr.model.routes import DEFAULT, routes_in

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def summary(application: Application, url: str, endpoint_url: str) -> Iterator[str]:
    """Yield the lines: routes, resources with physical names, the backend, a curl line."""
    routes = list(routes_of(application))
    yield ""
    yield "Routes"
    yield from columns(routes)
    yield ""
    yield f"Resources of the stack {application.stack_name}"
    yield from columns(
        (item.logical_id, item.type, item.physical_id) for item in application.resources
    )
    yield ""
    yield "AWS endpoint"
    yield f"  {endpoint_url}  (region {application.region}, account {application.account_id})"
    yield ""
    yield "Console"
    yield f"  {url}/_local/"
    yield ""
    yield "Try"
    yield f"  {_curl(routes, url)}"


def routes_of(application: Application) -> Iterator[tuple[str, str, str]]:
    """Yield method, resource and what is behind it: a function, or the type of the integration."""
    functions = {function.name: function.logical_id for function in application.functions}
    for api in application.apis:
        for route in routes_in(api.document):
            name = api.integrations.get((route.resource, route.method), "")
            yield route.method, route.resource, functions.get(name, route.integration_type)


def _curl(routes: list[tuple[str, str, str]], url: str) -> str:
    called = (route for route in routes if route[2] != "MOCK")
    method, resource, _ = next(called, ("GET", "/_local/health", ""))
    path = "/" if resource == DEFAULT else resource
    if method not in _WITH_BODY:
        return f"curl -i {url}{path}"
    return f"curl -i -X {method} {url}{path} -H 'Content-Type: application/json' -d '{{}}'"
