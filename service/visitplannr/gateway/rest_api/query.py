"""The query of a request to a REST API (api-gateway.md E8 to E11, E16, E17)."""

from urllib.parse import parse_qsl

from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse

_NOT_TAKEN = frozenset("|{}")


def check_query(query: str) -> None:
    """Let a query pass that API Gateway takes.

    Raises:
        GatewayError: MALFORMED_URL, it has letters that a client has to encode.
    """
    if found := sorted(_NOT_TAKEN.intersection(query)):
        raise GatewayError(
            GatewayResponse.MALFORMED_URL,
            f"the query has {' and '.join(found)}, which AWS takes percent-encoded only [E17]",
        )


def pairs_of(query: str) -> list[tuple[str, str]]:
    """Give keys and values, decoded like those of a form; a semicolon separates, too (E16)."""
    return parse_qsl(query.replace(";", "&"), keep_blank_values=True, errors="replace")


def values_of(query: str, name: str) -> list[str]:
    """Give the values of a key, in the order sent."""
    return [value for key, value in pairs_of(query) if key == name]
