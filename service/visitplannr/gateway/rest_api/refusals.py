"""Which gateway response a REST API gives for what stopped a request, and the rule of it."""

from collections.abc import Mapping

from visitplannr.gateway.integration import (
    BrokenInvocationError,
    FunctionFailedError,
    IntegrationTimeoutError,
    UnsupportedIntegrationError,
)
from visitplannr.gateway.invoke_permission import NotPermittedError
from visitplannr.gateway.limits import BodyTooLargeError, HeadTooLargeError
from visitplannr.gateway.proxy_response import MalformedResponseError, UndecodableBodyError
from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse
from visitplannr.gateway.routing import NoRouteError
from visitplannr.gateway.throttling import RouteThrottledError
from visitplannr.model.access import AccessRefusedError
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    NotRunError,
    PayloadTooLargeError,
    ThrottledError,
)

_REFUSALS: Mapping[type[Exception], tuple[GatewayResponse, str]] = {
    BodyTooLargeError: (GatewayResponse.PAYLOAD_TOO_LARGE, " [X16]"),
    HeadTooLargeError: (GatewayResponse.HEADERS_TOO_LARGE, " [X19]"),
    NoRouteError: (GatewayResponse.MISSING_AUTHENTICATION_TOKEN, " [X34, X35]"),
    RouteThrottledError: (GatewayResponse.THROTTLED, " [X21]"),
    BrokenInvocationError: (GatewayResponse.API_CONFIGURATION_ERROR, ""),
    FunctionFailedError: (GatewayResponse.INTEGRATION_FAILURE, " [X10]"),
    FunctionNotFoundError: (GatewayResponse.API_CONFIGURATION_ERROR, " [X13]"),
    NotPermittedError: (GatewayResponse.API_CONFIGURATION_ERROR, " [X13]"),
    IntegrationTimeoutError: (GatewayResponse.INTEGRATION_TIMEOUT, " [X12]"),
    MalformedResponseError: (GatewayResponse.INTEGRATION_FAILURE, ""),
    UndecodableBodyError: (GatewayResponse.API_CONFIGURATION_ERROR, ""),
    PayloadTooLargeError: (GatewayResponse.REQUEST_TOO_LARGE, " [X17]"),
    ThrottledError: (GatewayResponse.INTEGRATION_FAILURE, " [X14]"),
    UnsupportedIntegrationError: (GatewayResponse.NOT_IMPLEMENTED, ""),
}


_ACCESS: Mapping[str, GatewayResponse] = {
    "AccessDeniedException": GatewayResponse.ACCESS_DENIED,
    "IncompleteSignatureException": GatewayResponse.INCOMPLETE_SIGNATURE,
    "InvalidSignatureException": GatewayResponse.INVALID_SIGNATURE,
    "MissingAuthenticationTokenException": GatewayResponse.MISSING_AUTHENTICATION_TOKEN,
}


def refused_access(error: AccessRefusedError) -> GatewayError:
    """Give the gateway response for a caller that policies, or its signature, keep out."""
    response = _ACCESS.get(error.error_type, GatewayResponse.UNAVAILABLE)
    return GatewayError(response, f"{error} [X54]", str(error))


def as_gateway_error(error: Exception) -> GatewayError:
    """Turn whatever stopped a request into the error that names its gateway response."""
    if isinstance(error, GatewayError):
        return error
    if isinstance(error, NotRunError):
        return GatewayError(GatewayResponse.NOT_IMPLEMENTED, str(error), str(error))
    response, rule = _REFUSALS.get(type(error), (GatewayResponse.UNAVAILABLE, ""))
    return GatewayError(response, f"{error}{rule}")
