"""Signs requests to APIs, as clients of AWS_IAM do."""

from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ADMINISTRATOR = Credentials("test", "test")


def signature(
    service: str,
    url: str,
    method: str = "GET",
    body: bytes = b"",
    *,
    by: Credentials = ADMINISTRATOR,
) -> dict[str, str]:
    """Give the headers that sign a request."""
    request: Any = AWSRequest(method, url, data=body)
    signer: Any = SigV4Auth(by, service, "us-east-1")
    signer.add_auth(request)
    return dict(request.headers)
