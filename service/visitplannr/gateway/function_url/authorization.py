"""Who may call a function URL (function-url.md U10 to U14)."""

from collections.abc import Mapping
from typing import Any

from visitplannr.gateway.function_url.errors import ForbiddenError, SignatureError
from visitplannr.gateway.iam_authorization import iam_authorizer, sent
from visitplannr.gateway.request import Request
from visitplannr.gateway.signatures import signed_by
from visitplannr.model.access import Access, AccessRefusedError, Permission, Signer
from visitplannr.model.application import FunctionUrl
from visitplannr.model.stack import partition_of

IAM = "AWS_IAM"
_ACTION = "lambda:InvokeFunctionUrl"
_AUTH_TYPE = "lambda:FunctionUrlAuthType"
_SIGNED_FOR = "lambda"
_SIGNATURE = frozenset({"IncompleteSignatureException", "InvalidSignatureException"})


async def authorise(
    api: FunctionUrl, request: Request, access: Access | None
) -> Mapping[str, Any] | None:
    """Give `requestContext.authorizer` of a signed request; None where nobody has to sign.

    Without `access` a signature has only to be there.

    Raises:
        ForbiddenError, SignatureError: the caller has not signed, or is not allowed to ask.
    """
    if access is None:
        return _authorise_unverified(api, request)
    function = next(iter(api.integrations.values()))
    signed_for = _SIGNED_FOR if api.auth_type == IAM else None
    context = {_AUTH_TYPE: api.auth_type}
    needed = Permission(_ACTION, function, signed_for, context=context)
    try:
        signer = await access.caller(sent(request), needed)
    except AccessRefusedError as error:
        if error.error_type in _SIGNATURE:
            raise SignatureError(error.error_type, str(error)) from error
        raise ForbiddenError(f"{error} [U10]") from error
    return iam_authorizer(signer) if signer else None


def _authorise_unverified(api: FunctionUrl, request: Request) -> Mapping[str, Any] | None:
    if api.auth_type != IAM:
        return None
    access_key = signed_by(request)
    if access_key is None:
        raise ForbiddenError("AuthType is AWS_IAM and the request is not signed [U10]")
    account = api.account_id
    root = f"arn:{partition_of(api.region)}:iam::{account}:root"
    return iam_authorizer(Signer(access_key, account, root, account))
