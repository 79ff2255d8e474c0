"""What `visitplannr up` prints when it is ready: what it serves, and lines to copy."""

from collections.abc import Iterable, Iterator

from service.template.model import Application, RestApi

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def summary(application: Application, url: str, endpoint_url: str) -> Iterator[str]:
    """Yield the lines: routes, resources with physical names, the backend, a curl line."""
    functions = {function.name: function.logical_id for function in application.functions}
    routes = [
        (method, path, functions.get(api.integrations.get((path, method), ""), "no function"))
        for api in application.rest_apis
        for path, method in _methods(api)
    ]
    yield ""
    yield "Routes"
    yield from _table(routes)
    yield ""
    yield f"Resources of the stack {application.stack_name}"
    yield from _table(
        (item.logical_id, item.type, item.physical_id) for item in application.resources
    )
    yield ""
    yield "AWS endpoint"
    yield f"  {endpoint_url}  (region {application.region}, account {application.account_id})"
    yield ""
    yield "Try"
    yield f"  {_curl(routes, url)}"


def _methods(api: RestApi) -> Iterator[tuple[str, str]]:
    for path, methods in api.document.get("paths", {}).items():
        for key in methods:
            if key == "x-amazon-apigateway-any-method":
                yield path, "ANY"
            elif not key.startswith("x-") and key != "parameters":
                yield path, key.upper()


def _curl(routes: list[tuple[str, str, str]], url: str) -> str:
    method, path, _ = routes[0] if routes else ("GET", "/_local/health", "")
    if method not in _WITH_BODY:
        return f"curl -i {url}{path}"
    return f"curl -i -X {method} {url}{path} -H 'Content-Type: application/json' -d '{{}}'"


def _table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    listed = list(rows)
    widths = [max(map(len, column)) for column in zip(*listed, strict=True)]
    for row in listed:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()
