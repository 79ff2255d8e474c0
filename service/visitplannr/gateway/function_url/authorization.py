"""Who may call a function URL (function-url.md U10 to U12).

Which signature a request has is read, but not verified.
"""

from typing import Any

from visitplannr.gateway.function_url.errors import ForbiddenError
from visitplannr.gateway.request import Request
from visitplannr.gateway.signatures import signed_by
from visitplannr.model.application import FunctionUrl
from visitplannr.model.stack import partition_of

IAM = "AWS_IAM"


def authorise(api: FunctionUrl, request: Request) -> dict[str, Any] | None:
    """Give `requestContext.authorizer` of a signed request; None where nobody has to sign.

    Raises:
        ForbiddenError: the URL takes signed requests only, and this is none.
    """
    if api.auth_type != IAM:
        return None
    access_key = signed_by(request)
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
