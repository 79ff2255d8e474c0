"""What `visitplannr up` prints of a stack: what it serves, lines to copy, what is not as on AWS."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from visitplannr.gateway.kinds import KINDS, Kinds
from visitplannr.model.application import Application, Function, FunctionUrl
from visitplannr.model.routes import DEFAULT, routes_in
from visitplannr.runtime.concurrency import ACCOUNT_CONCURRENCY, LEAST_UNRESERVED
from visitplannr.template.intrinsics import references
from visitplannr.up.addresses import urls
from visitplannr.up.terminal import columns

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_DOMAIN = "is not served: APIs are at their own paths, below their stages, and at their own hosts"
_NOT_SERVED = {
    "AWS::ApiGatewayV2::Api": ("is not served: the stack makes no stage or no route of it"),
    "AWS::ApiGateway::RestApi": "is not served: the stack makes no stage or no method of it",
    "AWS::ApiGateway::DomainName": _DOMAIN,
    "AWS::ApiGatewayV2::DomainName": _DOMAIN,
    "AWS::Lambda::Function": "is not run: its code is not in this folder",
    "AWS::Pipes::Pipe": "runs no function: only pipes from tables to topics or state machines run",
}


def summary(
    application: Application, url: str, base: str, endpoint_url: str, console_url: str
) -> Iterator[str]:
    """Yield the lines: routes, function URLs, resources, outputs, the backend, a curl line.

    The stack is at `url`, and hands itself out as `base`.
    """
    routes = list(routes_of(application))
    known = urls(application, base)
    function_urls = known["functions"]
    sockets = {name: url for name, url in known["apis"].items() if url.startswith("ws")}
    yield ""
    yield "Routes"
    yield from columns(routes)
    yield from _section("WebSocket APIs", sockets)
    yield from _section("Function URLs", function_urls)
    yield ""
    yield f"Resources of the stack {application.stack_name}"
    yield from columns(
        (item.logical_id, item.type, item.physical_id) for item in application.resources
    )
    yield from _section("Outputs", application.outputs)
    yield ""
    yield "AWS endpoint"
    yield f"  {endpoint_url}  (region {application.region}, account {application.account_id})"
    yield ""
    yield "Console"
    yield f"  {console_url}"
    yield ""
    yield "Try"
    yield f"  {_curl(routes or _paths(function_urls, base), url)}"


def _section(title: str, texts: Mapping[str, str]) -> Iterator[str]:
    if texts:
        yield ""
        yield title
        yield from (f"  {name}  {text}" for name, text in texts.items())


def _paths(function_urls: Mapping[str, str], base: str) -> list[tuple[str, str, str]]:
    """Give function URLs as routes, below the place where the stack is."""
    return [("GET", url.removeprefix(base), name) for name, url in function_urls.items()]


def limitations(
    application: Application, notices: Callable[[Function], Iterable[str]], kinds: Kinds = KINDS
) -> Iterator[str]:
    """Yield a line for each function, route or API that is missing or not as on AWS.

    `notices` says of a function how it is run differently, if it is.
    """
    for function in application.functions:
        yield from (f"{function.logical_id} {line}." for line in notices(function))
    yield from _reserved(application)
    for api in application.apis:
        yield from (f"{line}." for line in kinds[type(api)].notices(api))
        for place in references(api.document):
            yield f"{api.logical_id}: what its document has at {place} cannot be resolved here."
    present = {function.logical_id for function in application.functions}
    present |= {api.logical_id for api in application.apis}
    for resource in application.resources:
        if resource.type in _NOT_SERVED and resource.logical_id not in present:
            yield f"{resource.logical_id} {_NOT_SERVED[resource.type]}."


def _reserved(application: Application) -> Iterator[str]:
    """Say that AWS would not let functions reserve so much concurrency (L18)."""
    reserved = sum(function.reserved_concurrency or 0 for function in application.functions)
    if reserved > ACCOUNT_CONCURRENCY - LEAST_UNRESERVED:
        yield (
            f"The functions reserve {reserved} of the account's {ACCOUNT_CONCURRENCY} concurrent "
            f"executions: AWS refuses to leave fewer than {LEAST_UNRESERVED} to the others."
        )


def unstreamed(application: Application) -> Iterator[str]:
    """Yield a line for each function URL whose answers cannot be passed on as they are written."""
    for api in application.apis:
        if isinstance(api, FunctionUrl) and api.invoke_mode == "RESPONSE_STREAM":
            yield (
                f"{api.logical_id}: answers of its URL come when they are complete: functions "
                "that run where they are deployed do not stream here."
            )


def routes_of(application: Application, kinds: Kinds = KINDS) -> Iterator[tuple[str, str, str]]:
    """Yield method, resource and what is behind it: a function, or the type of the integration.

    Function URLs have no routes.
    """
    functions = {function.name: function.logical_id for function in application.functions}
    for api in application.apis:
        if kinds[type(api)].prefix(api):
            continue
        for route in routes_in(api.document):
            name = api.integrations.get((route.resource, route.method), "")
            yield route.method, route.resource, functions.get(name, route.leads_to)


def _curl(routes: list[tuple[str, str, str]], url: str) -> str:
    called = (route for route in routes if route[2] != "MOCK")
    method, resource, _ = next(called, ("GET", "/_local/health", ""))
    path = "/" if resource == DEFAULT else resource
    if method not in _WITH_BODY:
        return f"curl -i {url}{path}"
    return f"curl -i -X {method} {url}{path} -H 'Content-Type: application/json' -d '{{}}'"
