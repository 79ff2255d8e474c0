"""Authorizers of REST APIs that take tokens of Cognito user pools (api-gateway.md X58).

The rules are those of "Control access to REST APIs using Amazon Cognito user pools as an
authorizer" in API Gateway's developer guide.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse
from visitplannr.gateway.stage import KeysOf
from visitplannr.gateway.token_issuer import (
    TokenExpiredError,
    TokenIssuer,
    TokenRefusedError,
    as_texts,
    bare,
    scopes_of,
)

_HEADER = "method.request.header."
_ARN = re.compile(r"arn:(aws[\w-]*):cognito-idp:([\w-]+):\d*:userpool/([\w-]+)")


@dataclass(frozen=True, slots=True)
class User:
    """Who sent a token: `requestContext.authorizer` of an event."""

    claims: Mapping[str, str]
    usage_key: None = None

    def request_context(self) -> dict[str, Any]:
        """Give the claims, which are texts."""
        return {"claims": dict(self.claims)}


@dataclass(frozen=True, slots=True)
class UserPoolAuthorizer:
    """Lets tokens pass that one of its pools issued; `header` is where they are, in lower case.

    `audience` is what the token's client must match, if it is given.
    """

    name: str
    header: str
    issuers: tuple[TokenIssuer, ...]
    audience: re.Pattern[str] | None

    async def authorise(self, request: Request, scopes: tuple[str, ...]) -> User:
        """Give the user of a valid token: an id token, or, for scopes, an access token with one.

        Raises:
            GatewayError: UNAUTHORIZED.
        """
        sent = request.header(self.header)
        if not sent:
            raise self._refused(f"the request has no {self.header}")
        claims = await asyncio.to_thread(self._claims, bare(sent))
        self._check_use(claims, scopes)
        return User(as_texts(claims))

    def _claims(self, token: str) -> dict[str, Any]:
        reason = "it names no user pool"
        for issuer in self.issuers:
            try:
                return issuer.claims(token)
            except TokenExpiredError as error:
                raise self._refused(str(error), "The incoming token has expired") from error
            except TokenRefusedError as error:
                reason = str(error)
        raise self._refused(reason)

    def _check_use(self, claims: Mapping[str, Any], scopes: tuple[str, ...]) -> None:
        wanted = "access" if scopes else "id"
        if claims.get("token_use") != wanted:
            raise self._refused(f"the route takes {wanted} tokens, this is none")
        if scopes and not scopes_of(claims).intersection(scopes):
            raise self._refused(f"the token has none of {', '.join(scopes)}")
        if self.audience and not self.audience.search(str(claims.get("aud", ""))):
            raise self._refused(f"the token's client does not match {self.audience.pattern}")

    def _refused(self, reason: str, message: str | None = None) -> GatewayError:
        return GatewayError(GatewayResponse.UNAUTHORIZED, f"{self.name}: {reason} [X58]", message)


def user_pool_authorizer(
    name: str, definition: Mapping[str, Any], keys_of: KeysOf
) -> UserPoolAuthorizer:
    """Read one from its security definition of an API's document."""
    settings = definition.get("x-amazon-apigateway-authorizer") or {}
    source = str(settings.get("identitySource") or "")
    header = source.removeprefix(_HEADER) or str(definition.get("name", "Authorization"))
    expression = settings.get("identityValidationExpression")
    return UserPoolAuthorizer(
        name=name,
        header=header.lower(),
        issuers=tuple(_issuers(settings.get("providerARNs") or (), keys_of)),
        audience=re.compile(expression) if expression else None,
    )


def _issuers(arns: Iterable[Any], keys_of: KeysOf) -> Iterable[TokenIssuer]:
    for arn in arns:
        if found := _ARN.fullmatch(str(arn)):
            partition, region, pool = found.groups()
            suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
            url = f"https://cognito-idp.{region}.{suffix}/{pool}"
            yield TokenIssuer(url, keys_of(url))
