"""Calls that API Gateway makes for integrations: of URLs, and of the backend's services.

Those of services are signed with the credentials of the integration's role; the session has the
name that API Gateway gives it, BackplaneAssumeRoleSession. All of it blocks.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, HeadersDict
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import URLLib3Session

from visitplannr.backend.endpoint import Backend
from visitplannr.backend.query_answers import as_json
from visitplannr.backend.service_requests import WireRequest, operation_request, service_request
from visitplannr.model.endpoints import (
    Call,
    EndpointAnswer,
    EndpointError,
    HttpCall,
    OperationCall,
    Pairs,
    RoleError,
)

_TIMEOUTS = (3.0, 35.0)  # to connect, and to read: no integration waits longer
_SESSION = "BackplaneAssumeRoleSession"
_SERVICE = "apigateway.amazonaws.com"
_SOON = 60.0


@dataclass(frozen=True, slots=True)
class _Assumed:
    """A role's credentials, until `expires` (epoch seconds)."""

    credentials: Credentials
    expires: float


class IntegrationCalls:
    """Makes calls; `now` gives epoch seconds."""

    def __init__(self, backend: Backend, now: Callable[[], float] = time.time) -> None:
        self._backend = backend
        self._as_service = backend.as_service(_SERVICE)
        self._now = now
        self._assumed: dict[str, _Assumed] = {}
        session: Any = URLLib3Session
        self._http = session(timeout=_TIMEOUTS, max_pool_connections=100)

    def __call__(self, call: Call) -> EndpointAnswer:
        """Make a call.

        Raises:
            EndpointError: there is no answer.
        """
        if isinstance(call, HttpCall):
            if urlsplit(call.url).scheme not in {"http", "https"}:
                raise EndpointError(f"{call.url} is no URL")
            return self._sent(call.method, call.url, call.headers, call.body)
        operation = isinstance(call, OperationCall)
        request = (
            operation_request(call) if isinstance(call, OperationCall) else service_request(call)
        )
        answer = self._signed(request, call.role)
        accepts = not operation and _accepts_json(request.headers)
        if request.is_query and accepts and (body := as_json(answer.body)) is not None:
            headers = tuple(
                pair
                for pair in answer.headers
                if pair[0].lower() not in {"content-type", "content-length"}
            )
            return EndpointAnswer(
                answer.status, (*headers, ("Content-Type", "application/json")), body
            )
        return answer

    def _signed(self, request: WireRequest, role: str | None) -> EndpointAnswer:
        """Send a request to the backend as a role, or as the account."""
        url = f"{self._backend.endpoint_url.rstrip('/')}{request.path}"
        headers = dict(request.headers)
        aws = AWSRequest(request.method, url, headers, request.body)
        scheme: Any = S3SigV4Auth if request.signing_name == "s3" else SigV4Auth
        scheme(self._credentials(role), request.signing_name, self._backend.region).add_auth(aws)
        return self._sent(request.method, url, tuple(aws.headers.items()), request.body)

    def _credentials(self, role: str | None) -> Credentials:
        own = self._backend.credentials
        if role is None:
            return Credentials(own.access_key_id, own.secret_access_key, own.session_token)
        known = self._assumed.get(role)
        if known is None or known.expires - _SOON < self._now():
            known = self._assumed[role] = self._assume(role)
        return known.credentials

    def _assume(self, role: str) -> _Assumed:
        try:
            answer = self._as_service.client("sts").assume_role(
                RoleArn=role, RoleSessionName=_SESSION
            )
        except (BotoCoreError, ClientError) as error:
            raise RoleError(f"its role {role} cannot be assumed: {error}") from error
        given = answer["Credentials"]
        credentials = Credentials(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        )
        return _Assumed(credentials, given["Expiration"].timestamp())

    def _sent(self, method: str, url: str, headers: Pairs, body: bytes) -> EndpointAnswer:
        joined: Any = HeadersDict()
        for name, value in headers:
            before = joined.get(name)
            joined[name] = value if before is None else f"{before}, {value}"
        prepared = AWSPreparedRequest(method, url, joined, body or None, False)  # noqa: FBT003
        try:
            answer = self._http.send(prepared)
            pairs = tuple((str(n), str(v)) for n, v in answer.raw.headers.items())
            return EndpointAnswer(answer.status_code, pairs, answer.content)
        except BotoCoreError as error:
            raise EndpointError(str(error)) from error


def _accepts_json(headers: Pairs) -> bool:
    accept = next((value for name, value in headers if name.lower() == "accept"), "")
    return accept.startswith("application/json")
