"""What of a function URL is not as on AWS."""

from collections.abc import Iterator

from visitplannr.gateway.function_url.authorization import IAM
from visitplannr.model.application import FunctionUrl


def notices(api: FunctionUrl) -> Iterator[str]:
    """Yield a line for a URL whose callers' signatures would be verified on AWS."""
    if api.auth_type == IAM:
        yield f"{api.logical_id}: AWS_IAM of its URL is accepted, not verified locally"
