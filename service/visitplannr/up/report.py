"""What `visitplannr up` prints of a stack: what it serves, lines to copy, what is not as on AWS."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visitplannr.gateway.function_url.authorization import IAM
from visitplannr.gateway.iam_authorization import signed_routes
from visitplannr.gateway.kinds import KINDS, Kinds
from visitplannr.model.application import Application, Function, FunctionUrl
from visitplannr.model.routes import routes_in
from visitplannr.runtime.concurrency import ACCOUNT_CONCURRENCY, LEAST_UNRESERVED
from visitplannr.template.intrinsics import references
from visitplannr.up.addresses import url_at, urls
from visitplannr.up.front import Ports
from visitplannr.up.terminal import columns
from visitplannr.up.trying import tried

_DOMAIN = "is not served: APIs are at their own paths, below their stages, and at their own hosts"
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_NOT_SERVED = {
    "AWS::ApiGatewayV2::Api": ("is not served: the stack makes no stage or no route of it"),
    "AWS::ApiGateway::RestApi": "is not served: the stack makes no stage or no method of it",
    "AWS::ApiGateway::DomainName": _DOMAIN,
    "AWS::ApiGatewayV2::DomainName": _DOMAIN,
    "AWS::CloudFront::Distribution": "is not served: its origins answer at their own addresses",
    "AWS::Lambda::Function": "is not run: its code is not in this folder",
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are: the stack at `url`, handed out as `base`; the backend and the console."""

    url: str
    base: str
    endpoint_url: str
    console_url: str


def addresses_at(host: str, ports: Ports, base: str, endpoint_url: str) -> Addresses:
    """Give them for a host and its ports."""
    console = f"{url_at(host, ports.console)}/_local/"
    return Addresses(url_at(host, ports.application), base, endpoint_url, console)


def summary(
    application: Application,
    at: Addresses,
    not_run: Mapping[str, str],
    saved: Sequence[Mapping[str, Any]] = (),
    width: int | None = None,
) -> Iterator[str]:
    """Yield the lines: routes, triggers, resources, outputs, the backend, a curl line and the like.

    `not_run` says of functions why they cannot run, `saved` are events of requests, `width` is how
    many characters fit into a line.
    """
    known = urls(application, at.base)
    function_urls = known["functions"]
    sockets = {name: url for name, url in known["apis"].items() if url.startswith("ws")}
    yield ""
    yield "Routes"
    yield from columns(routes_of(application), width=width)
    yield from _section("WebSocket APIs", sockets)
    yield from _section("Function URLs", function_urls)
    yield from _triggers(application, width)
    yield ""
    yield f"Resources of the stack {application.stack_name}"
    yield from columns(
        ((item.logical_id, item.type, item.physical_id) for item in application.resources),
        width=width,
    )
    yield from _section("Outputs", application.outputs)
    yield from _section("Functions that cannot run", not_run)
    place = f"region {application.region}, account {application.account_id}"
    yield from ("", "AWS endpoint", f"  {at.endpoint_url}  ({place})")
    yield from ("", "Console", f"  {at.console_url}")
    example = tried(application, at.url, list(function_urls.values()), saved, not_run)
    yield from ("", "Try", f"  {example}")


def _triggers(application: Application, width: int | None) -> Iterator[str]:
    """Yield what starts functions beside requests: kind, source, function."""
    names = {function.name: function.logical_id for function in application.functions}
    started = [one for one in application.triggers if one.function in names]
    rows = ((one.kind, one.source, names[one.function]) for one in started)
    if started:
        yield from ("", "Triggers", *columns(rows, width=width))


def _section(title: str, texts: Mapping[str, str]) -> Iterator[str]:
    if texts:
        yield ""
        yield title
        yield from (f"  {name}  {text}" for name, text in texts.items())


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
        if resource.type == _BALANCER:
            name = resource.physical_id.split("/")[-2:][0]
            at = f"/_alb/{name}/ of the AWS endpoint"
            yield f"{resource.logical_id} answers at {at}, not at its DNSName."


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


def unverified(application: Application) -> Iterator[str]:
    """Yield a line for each route and function URL whose callers sign, where nobody verifies it."""
    for api in application.apis:
        if isinstance(api, FunctionUrl) and api.auth_type == IAM:
            yield f"{api.logical_id}: AWS_IAM of its URL is accepted, not verified locally."
        for route in signed_routes(api):
            yield f"{route}: AWS_IAM is accepted, not verified locally."


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
