"""What to do about an error of AWS's, or of who stands in for it."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's name
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
)

_CREDENTIALS = (
    "give credentials with --profile, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
)
_ADVICE: tuple[tuple[type[BotoCoreError], str], ...] = (
    (NoRegionError, "name one with --region or AWS_REGION"),
    (NoCredentialsError, _CREDENTIALS),
    (PartialCredentialsError, _CREDENTIALS),
    (ProfileNotFound, "`aws configure list-profiles` names those there are"),
    (SSOError, "`aws sso login` renews it"),
    (HTTPClientError, "is what --endpoint-url or AWS_ENDPOINT_URL names running?"),
    (ConnectionError, "is what --endpoint-url or AWS_ENDPOINT_URL names running?"),
)
_BY_CODE = {
    "ExpiredToken": "the credentials have expired: renew them, or name others with --profile",
    "ExpiredTokenException": "the credentials have expired: renew them, or name others",
    "InvalidClientTokenId": f"AWS does not know these credentials: {_CREDENTIALS}",
    "UnrecognizedClientException": f"AWS does not know these credentials: {_CREDENTIALS}",
    "SignatureDoesNotMatch": f"the secret key is not this access key's: {_CREDENTIALS}",
}


def advice(error: BotoCoreError | ClientError) -> str:
    """Give what may be added to the error's own words; empty if nothing is known."""
    if isinstance(error, ClientError):
        found = _BY_CODE.get(error.response.get("Error", {}).get("Code", ""))
    else:
        found = next((what for kind, what in _ADVICE if isinstance(error, kind)), None)
    return f" ({found})" if found else ""
