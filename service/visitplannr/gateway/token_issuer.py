"""An issuer of JSON Web Tokens: what it signed is checked by PyJWT (api-gateway.md H50, X58).

PyJWT's cryptography takes long to import: so does this module.
"""

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jwt
from jwt import PyJWK, PyJWKClient

_ALGORITHMS = ("RS256", "RS384", "RS512")
_SECONDS = 5


class TokenRefusedError(Exception):
    """The token is not valid; the text says why."""


class TokenExpiredError(TokenRefusedError):
    """The token was valid."""


@dataclass(frozen=True)
class TokenIssuer:
    """Checks the tokens of one issuer.

    `keys` is the file or URL of its keys; without it, it is asked where they are, as on AWS
    (OpenID Connect Discovery 1.0).
    """

    url: str
    keys: str | None

    def claims(self, token: str) -> dict[str, Any]:
        """Verify a token's signature, issuer and times; blocks while keys are fetched.

        Raises:
            TokenRefusedError: one of them is wrong, or there are no keys.
        """
        try:
            key = self._key(token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=list(_ALGORITHMS),
                issuer=self.url,
                options={"verify_aud": False, "require": ["exp", "iss"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpiredError(str(error)) from error
        except (jwt.PyJWTError, OSError, ValueError, KeyError) as error:
            raise TokenRefusedError(str(error)) from error
        return claims

    def _key(self, token: str) -> PyJWK:
        """Find the key that a token names; a file is read anew, what a URL gives is kept."""
        if self.keys is None or _is_url(self.keys):
            return self._client.get_signing_key_from_jwt(token)
        keys = jwt.PyJWKSet.from_json(Path(self.keys).read_text(encoding="utf-8"))
        return keys[jwt.get_unverified_header(token).get("kid", "")]

    @cached_property
    def _client(self) -> PyJWKClient:
        return PyJWKClient(self.keys or self._discovered(), timeout=_SECONDS)

    def _discovered(self) -> str:
        url = f"{self.url.rstrip('/')}/.well-known/openid-configuration"
        if not _is_url(url):
            raise ValueError(f"the issuer {self.url} is no URL")
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - checked above
            return str(json.load(answer)["jwks_uri"])


def bare(token: str) -> str:
    """Give a token without the word that may stand before it."""
    return token.removeprefix("Bearer ").strip()


def scopes_of(claims: Mapping[str, Any]) -> set[str]:
    """Read which scopes a token has, in either of the two ways to name them."""
    found = claims.get("scope", claims.get("scp")) or ()
    return set(found.split() if isinstance(found, str) else found)


def as_texts(claims: Mapping[str, Any]) -> dict[str, str]:
    """Write claims as events have them: all are strings, lists without commas in brackets."""
    return {name: _as_text(value) for name, value in claims.items()}


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{' '.join(_as_text(item) for item in value)}]"
    return json.dumps(value)


def _is_url(location: str) -> bool:
    return location.startswith(("https://", "http://"))
