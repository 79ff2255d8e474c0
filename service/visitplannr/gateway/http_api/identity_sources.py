"""Where the identity of a request is: selection expressions such as `$request.header.X` (H55)."""

from urllib.parse import parse_qs

from visitplannr.gateway.http_api.errors import HttpApiError
from visitplannr.gateway.routing import Match
from visitplannr.model.application import HttpApi


def identity(name: str, sources: tuple[str, ...], match: Match, api: HttpApi) -> tuple[str, ...]:
    """Read a request's identity for the authorizer of that name.

    Raises:
        HttpApiError: 401, a source is missing or empty.
    """
    values = [(source, _value(source, match, api)) for source in sources]
    missing = [source for source, value in values if not value]
    if missing:
        challenge = (("www-authenticate", "Bearer"),)
        raise HttpApiError(401, f"{name}: the request has no {', '.join(missing)} [H55]", challenge)
    return tuple(value for _, value in values if value)


def _value(source: str, match: Match, api: HttpApi) -> str | None:
    request = match.request
    fixed = {
        "$context.httpMethod": request.method,
        "$context.identity.sourceIp": request.source_ip,
        "$context.path": request.path,
        "$context.routeKey": str(match.route),
        "$context.stage": api.stage,
    }
    place, _, name = source.rpartition(".")
    if place == "$request.header":
        return request.header(name.lower())
    if place == "$request.querystring":
        return ",".join(parse_qs(request.query).get(name, []))
    if place == "$stageVariables":
        return api.stage_variables.get(name)
    return fixed.get(source)
