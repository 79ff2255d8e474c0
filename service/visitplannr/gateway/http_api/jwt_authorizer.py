"""JWT authorizers of HTTP APIs (H50 to H52).

The checks are those of "Control access to HTTP APIs with JWT authorizers" in API Gateway's
developer guide, done by PyJWT, whose cryptography takes long to import: so does this module.
"""

import asyncio
import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jwt
from jwt import PyJWK, PyJWKClient

from visitplannr.gateway.http_api.errors import HttpApiError

_ALGORITHMS = ("RS256", "RS384", "RS512")
_SECONDS = 5


@dataclass(frozen=True)
class JwtAuthorizer:
    """Checks the tokens of one issuer.

    `jwks` is the file or URL of the issuer's keys; without it the issuer is asked where they are,
    as on AWS (OpenID Connect Discovery 1.0).
    """

    name: str
    sources: tuple[str, ...]
    issuer: str
    audience: tuple[str, ...]
    jwks: str | None

    async def authorise(self, token: str, scopes: tuple[str, ...]) -> dict[str, Any]:
        """Give claims and scopes of a valid token, as `requestContext.authorizer.jwt` has them.

        Raises:
            HttpApiError: 401 for a token that is not valid, 403 for one without a scope.
        """
        claims = await asyncio.to_thread(self._claims, token.removeprefix("Bearer ").strip())
        self._check_audience(claims)
        granted = _scopes_of(claims)
        if scopes and not granted.intersection(scopes):
            challenge = _challenge(scopes, "insufficient_scope", "the token lacks a scope")
            raise HttpApiError(
                403, f"{self.name}: the token has none of {', '.join(scopes)} [H51]", challenge
            )
        return {
            "claims": {name: _as_text(value) for name, value in claims.items()},
            "scopes": [scope for scope in scopes if scope in granted] or None,
        }

    def _claims(self, token: str) -> dict[str, Any]:
        """Verify a token's signature, issuer and times; blocks while keys are fetched."""
        try:
            key = self._key(token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=list(_ALGORITHMS),
                issuer=self.issuer,
                options={"verify_aud": False, "require": ["exp", "iss"]},
            )
        except (jwt.PyJWTError, OSError, ValueError, KeyError) as error:
            raise self._invalid(str(error)) from error
        return claims

    def _key(self, token: str) -> PyJWK:
        """Find the key that a token names; a file is read anew, what a URL gives is kept."""
        if self.jwks is None or _is_url(self.jwks):
            return self._client.get_signing_key_from_jwt(token)
        keys = jwt.PyJWKSet.from_json(Path(self.jwks).read_text(encoding="utf-8"))
        return keys[jwt.get_unverified_header(token).get("kid", "")]

    @cached_property
    def _client(self) -> PyJWKClient:
        return PyJWKClient(self.jwks or self._discovered(), timeout=_SECONDS)

    def _discovered(self) -> str:
        url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        if not _is_url(url):
            raise ValueError(f"the issuer {self.issuer} is no URL")
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - checked above
            return str(json.load(answer)["jwks_uri"])

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


def _is_url(location: str) -> bool:
    return location.startswith(("https://", "http://"))


def _challenge(
    scopes: tuple[str, ...], error: str, description: str
) -> tuple[tuple[str, str], ...]:
    quoted = description.replace('"', "'").replace("\n", " ")
    challenge = f'Bearer scope="{" ".join(scopes)}" error="{error}" error_description="{quoted}"'
    return (("www-authenticate", challenge),)


def _scopes_of(claims: Mapping[str, Any]) -> set[str]:
    found = claims.get("scope", claims.get("scp")) or ()
    return set(found.split() if isinstance(found, str) else found)


def _as_text(value: Any) -> str:
    """Write a claim as AWS does: all are strings, lists without commas in brackets."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{' '.join(_as_text(item) for item in value)}]"
    return json.dumps(value)
