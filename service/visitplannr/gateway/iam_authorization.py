"""Who signs the requests to an API's routes with AWS_IAM, and what the API's own policy says.

API Gateway guide, "Control access to a REST API with IAM permissions", "Control access to a REST
API with API Gateway resource policies" (api-gateway.md X54 to X56, H63).
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.gateway.declared import AUTHTYPE, SIGV4
from visitplannr.gateway.method_policy import method_arn
from visitplannr.gateway.request import Request
from visitplannr.model.access import Access, AccessRefusedError, Permission, SentRequest, Signer
from visitplannr.model.application import Api
from visitplannr.model.routes import Route, routes_in

_POLICY = "x-amazon-apigateway-policy"
_ACTION = "execute-api:Invoke"
_SIGNED_FOR = "execute-api"


class IamAuthorization:
    """Asks `access` about the callers of one stage; without it nothing is verified."""

    def __init__(self, api: Api, access: Access | None) -> None:
        self._api = api
        self._access = access
        self._names = frozenset(_iam_schemes(api.document))
        policy = api.document.get(_POLICY)
        self._policy = policy if isinstance(policy, Mapping) else None

    async def caller(self, route: Route, request: Request) -> Signer | None:
        """Give who signed a request to a route with AWS_IAM; None where nobody has to.

        Raises:
            AccessRefusedError: the signature is none, or policies do not allow the request.
        """
        signed = any(name in self._names for name in _security(route))
        if self._access is None or not (signed or self._policy):
            return None
        arn = method_arn(self._api, request)
        signed_for = _SIGNED_FOR if signed else None
        needed = Permission(_ACTION, arn, signed_for, self._policy)
        try:
            return await self._access.caller(sent(request), needed)
        except AccessRefusedError as error:
            raise AccessRefusedError(error.error_type, self._masked(str(error))) from error

    def _masked(self, message: str) -> str:
        """Hide most of the account's number in a resource's name, as AWS does."""
        place = f":execute-api:{self._api.region}:"
        account = self._api.account_id
        return message.replace(f"{place}{account}:", f"{place}********{account[8:]}:")


def signed_routes(api: Api) -> Iterator[Route]:
    """Yield the routes with AWS_IAM."""
    names = frozenset(_iam_schemes(api.document))
    return (route for route in routes_in(api.document) if not names.isdisjoint(_security(route)))


def sent(request: Request) -> SentRequest:
    """Give a request as its client sent it."""
    return SentRequest(
        request.method,
        request.sent_path or request.path,
        request.query,
        request.headers,
        hashlib.sha256(request.body).hexdigest(),
        request.source_ip,
    )


def iam_identity(signer: Signer) -> Mapping[str, str]:
    """Give what `requestContext.identity` of payload format 1.0 has of a signer."""
    return {
        "accessKey": signer.access_key,
        "accountId": signer.account,
        "caller": signer.user_id,
        "user": signer.user_id,
        "userArn": signer.arn,
    }


def iam_authorizer(signer: Signer) -> Mapping[str, Any]:
    """Give `requestContext.authorizer` of payload format 2.0."""
    return {
        "iam": {
            "accessKey": signer.access_key,
            "accountId": signer.account,
            "callerId": signer.user_id,
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": signer.arn,
            "userId": signer.user_id,
        }
    }


def _iam_schemes(document: Mapping[str, Any]) -> list[str]:
    components = document.get("components") or {}
    schemes = components.get("securitySchemes") or document.get("securityDefinitions") or {}
    return [
        name
        for name, one in schemes.items()
        if isinstance(one, Mapping) and one.get(AUTHTYPE) == SIGV4
    ]


def _security(route: Route) -> list[str]:
    return [name for item in route.operation.get("security") or () for name in item]
