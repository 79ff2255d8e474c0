"""JWT authorizers of HTTP APIs (H50 to H52).

The checks are those of "Control access to HTTP APIs with JWT authorizers" in API Gateway's
developer guide.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.gateway.http_api.errors import HttpApiError
from visitplannr.gateway.token_issuer import (
    TokenIssuer,
    TokenRefusedError,
    as_texts,
    bare,
    scopes_of,
)


@dataclass(frozen=True, slots=True)
class JwtAuthorizer:
    """Lets tokens of one issuer pass that are for its audience."""

    name: str
    sources: tuple[str, ...]
    issuer: TokenIssuer
    audience: tuple[str, ...]

    async def authorise(self, token: str, scopes: tuple[str, ...]) -> dict[str, Any]:
        """Give claims and scopes of a valid token, as `requestContext.authorizer.jwt` has them.

        Raises:
            HttpApiError: 401 for a token that is not valid, 403 for one without a scope.
        """
        try:
            claims = await asyncio.to_thread(self.issuer.claims, bare(token))
        except TokenRefusedError as error:
            raise self._invalid(str(error)) from error
        self._check_audience(claims)
        granted = scopes_of(claims)
        if scopes and not granted.intersection(scopes):
            challenge = _challenge(scopes, "insufficient_scope", "the token lacks a scope")
            raise HttpApiError(
                403, f"{self.name}: the token has none of {', '.join(scopes)} [H51]", challenge
            )
        return {
            "claims": as_texts(claims),
            "scopes": [scope for scope in scopes if scope in granted] or None,
        }

    def _check_audience(self, claims: Mapping[str, Any]) -> None:
        """Compare `aud`, or `client_id` where there is none, with the audience."""
        audience = claims.get("aud", claims.get("client_id"))
        named = set(audience) if isinstance(audience, list) else {audience}
        if not named.intersection(self.audience):
            raise self._invalid("the token does not have a valid audience")

    def _invalid(self, reason: str) -> HttpApiError:
        return HttpApiError(
            401, f"{self.name}: {reason} [H50]", _challenge((), "invalid_token", reason)
        )


def _challenge(
    scopes: tuple[str, ...], error: str, description: str
) -> tuple[tuple[str, str], ...]:
    quoted = description.replace('"', "'").replace("\n", " ")
    challenge = f'Bearer scope="{" ".join(scopes)}" error="{error}" error_description="{quoted}"'
    return (("www-authenticate", challenge),)
