"""Who may call a function URL (function-url.md U10 to U12).

Which signature a request has is read, but not verified.
"""

import re
from typing import Any
from urllib.parse import parse_qs

from visitplannr.gateway.function_url.errors import ForbiddenError
from visitplannr.gateway.request import Request
from visitplannr.model.application import FunctionUrl
from visitplannr.model.stack import partition_of

IAM = "AWS_IAM"
_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256\s.*?Credential=([^/,\s]+)/")


def authorise(api: FunctionUrl, request: Request) -> dict[str, Any] | None:
    """Give `requestContext.authorizer` of a signed request; None where nobody has to sign.

    Raises:
        ForbiddenError: the URL takes signed requests only, and this is none.
    """
    if api.auth_type != IAM:
        return None
    access_key = _signed_by(request)
    if access_key is None:
        raise ForbiddenError("AuthType is AWS_IAM and the request is not signed [U10]")
    account = api.account_id
    return {
        "iam": {
            "accessKey": access_key,
            "accountId": account,
            "callerId": account,
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": f"arn:{partition_of(api.region)}:iam::{account}:root",
            "userId": account,
        }
    }


def _signed_by(request: Request) -> str | None:
    """Give the access key of a signature, from the header or from the query (U11)."""
    if found := _CREDENTIAL.match(request.header("authorization") or ""):
        return found[1]
    query = parse_qs(request.query)
    if "X-Amz-Signature" not in query:
        return None
    return query.get("X-Amz-Credential", [""])[-1].partition("/")[0] or None
