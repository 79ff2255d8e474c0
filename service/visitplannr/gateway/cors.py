"""CORS as an HTTP API or a function URL is configured for it (H40 to H42, U30 to U32).

Preflights are answered without a route, and the CORS headers of functions are replaced.
"""

from collections.abc import Mapping
from typing import Any

from visitplannr.gateway.request import Headers, Request, Response

CORS = "x-amazon-apigateway-cors"
_PREFIX = "access-control-"


class Cors:
    """A CORS configuration, with the keys of "x-amazon-apigateway-cors"; None: nothing is done."""

    def __init__(self, settings: Mapping[str, Any] | None, preflight_status: int = 204) -> None:
        self._settings = settings
        self._preflight_status = preflight_status

    def announced(self, request: Request) -> str | None:
        """Give the method that a preflight asks for; None for whatever is no preflight."""
        if self._settings is None or request.method != "OPTIONS" or not request.header("origin"):
            return None
        return request.header("access-control-request-method")

    def preflight(self, request: Request) -> Response | None:
        """Answer a preflight, with CORS headers if its origin is allowed."""
        if self._settings is None or not self.announced(request):
            return None
        headers = self._of_origin(request)
        if headers:
            headers += self._listed("Access-Control-Allow-Methods", "allowMethods")
            headers += self._listed("Access-Control-Allow-Headers", "allowHeaders")
            if (age := self._settings.get("maxAge")) is not None:
                headers += (("Access-Control-Max-Age", str(age)),)
        return Response(self._preflight_status, headers, b"")

    def applied(self, request: Request, response: Response) -> Response:
        """Put the configured CORS headers in the place of those of the integration."""
        if self._settings is None:
            return response
        kept = tuple(pair for pair in response.headers if not pair[0].lower().startswith(_PREFIX))
        headers = self._of_origin(request)
        if headers:
            headers += self._listed("Access-Control-Expose-Headers", "exposeHeaders")
        return response.with_headers((*kept, *headers))

    def _of_origin(self, request: Request) -> Headers:
        """Give the headers that say that a request's origin is allowed; none if it is not."""
        settings, origin = self._settings or {}, request.header("origin")
        allowed = settings.get("allowOrigins") or ()
        if origin is None:
            return ()
        if "*" in allowed:
            sent = "*"
        elif origin in allowed or f"{origin.partition('://')[0]}://*" in allowed:
            sent = origin
        else:
            return ()
        credentials = (("Access-Control-Allow-Credentials", "true"),)
        with_credentials = credentials if settings.get("allowCredentials") is True else ()
        return (("Access-Control-Allow-Origin", sent), *with_credentials)

    def _listed(self, header: str, key: str) -> Headers:
        values = (self._settings or {}).get(key)
        return ((header, ",".join(values)),) if values else ()
