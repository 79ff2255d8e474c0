"""Routes and URLs whose callers sign, and permissions to invoke (X54 to X56, H63, U10 to U14)."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from gateway.behind import PROXY, get
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.function_url.stage import FunctionUrlStage
from visitplannr.gateway.http_api.stage import HttpStage
from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.stage import RestStage
from visitplannr.gateway.stage import GatewaySettings, Stage
from visitplannr.model.access import (
    AccessRefusedError,
    Invocation,
    Permission,
    SentRequest,
    Signer,
    UndecidedError,
)
from visitplannr.model.application import FunctionUrl, HttpApi, RestApi
from visitplannr.model.invocation import InvocationResult
from visitplannr.model.routes import ANY, DEFAULT

ACCOUNT = "123456789012"
ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:abc"
SIGNER = Signer("AKIA1", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ada", "AIDA1")
SCHEME = {"type": "apiKey", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
OPERATION = {"x-amazon-apigateway-integration": PROXY, "security": [{"sigv4": []}]}
PATHS = {"/a": {"get": OPERATION}}
PLACES = {("/a", "GET"): "function"}


class Deciding:
    """Fits `Access`; says what a test says, and notes what it is asked."""

    def __init__(
        self, caller: Signer | AccessRefusedError | None = SIGNER, *, may_invoke: bool = True
    ) -> None:
        self.needed: list[Permission] = []
        self.invoked: list[Invocation] = []
        self._caller = caller
        self._may_invoke = may_invoke

    async def caller(self, request: SentRequest, needed: Permission) -> Signer | None:
        assert (request.method, request.source_ip) == ("GET", "1.2.3.4")
        self.needed.append(needed)
        if isinstance(self._caller, AccessRefusedError):
            raise self._caller
        return self._caller

    async def invoke(self, asked: Invocation) -> None:
        self.invoked.append(asked)
        if not self._may_invoke:
            raise AccessRefusedError("AccessDeniedException", "no permission")


class Away(Deciding):
    """Decides nothing: who knows the policies is not there."""

    def __init__(self, *, knows_the_caller: bool) -> None:
        super().__init__()
        self._knows_the_caller = knows_the_caller

    async def caller(self, request: SentRequest, needed: Permission) -> Signer | None:
        if self._knows_the_caller:
            return SIGNER
        raise UndecidedError("Connection refused")

    async def invoke(self, _asked: Invocation) -> None:
        raise UndecidedError("Connection refused")


async def echo(function: str, payload: bytes, **_: Any) -> InvocationResult:
    assert function == "function"
    answer = {"statusCode": 200, "body": payload.decode()}
    return InvocationResult("id", json.dumps(answer).encode())


async def ask(stage: Stage[Any], asked: Request) -> Exchange:
    return await stage.handle(asked, stage.router.match(asked))


async def rest(access: Deciding, **document: Any) -> Exchange:
    made = {"paths": PATHS, "securityDefinitions": {"sigv4": SCHEME}, **document}
    api = RestApi("Api", "abc", ACCOUNT, "Prod", made, PLACES)
    return await ask(RestStage(api, echo, GatewaySettings(access=access)), get())


async def http(access: Deciding) -> Exchange:
    made = {"openapi": "3.0.1", "paths": PATHS,
            "components": {"securitySchemes": {"sigv4": SCHEME}}}  # fmt: skip
    api = HttpApi("Api", "abc", ACCOUNT, DEFAULT, made, PLACES)
    return await ask(HttpStage(api, echo, GatewaySettings(access=access)), get())


async def url(access: Deciding, auth_type: str = "AWS_IAM") -> Exchange:
    made = {"paths": {DEFAULT: {ANY: {"x-amazon-apigateway-integration": PROXY}}}}
    places = {(DEFAULT, "ANY"): "function"}
    api = FunctionUrl("F", "abc", ACCOUNT, DEFAULT, made, places, auth_type=auth_type)
    asked = get(f"{api.prefix}/a")
    return await ask(FunctionUrlStage(api, echo, GatewaySettings(access=access)), asked)


def context(exchange: Exchange) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(exchange.response.body)["requestContext"]
    return found


async def test_x54_h63_u12_who_signed_is_in_the_event() -> None:
    access = Deciding()
    identity = context(await rest(access))["identity"]
    assert {identity["caller"], identity["user"]} == {"AIDA1"}
    assert (identity["accessKey"], identity["userArn"]) == ("AKIA1", SIGNER.arn)
    iam = {
        "accessKey": "AKIA1", "accountId": ACCOUNT, "callerId": "AIDA1", "cognitoIdentity": None,
        "principalOrgId": None, "userArn": SIGNER.arn, "userId": "AIDA1",
    }  # fmt: skip
    assert context(await http(access))["authorizer"] == {"iam": iam}
    assert context(await url(access))["authorizer"] == {"iam": iam}
    assert [(one.action, one.resource, one.signed_for) for one in access.needed] == [
        ("execute-api:Invoke", f"{ARN}/Prod/GET/a", "execute-api"),
        ("execute-api:Invoke", f"{ARN}/$default/GET/a", "execute-api"),
        ("lambda:InvokeFunctionUrl", "function", "lambda"),
    ]


DENIED = AccessRefusedError("AccessDeniedException", f"User: x is not authorized on {ARN}/Prod")
MISSING = AccessRefusedError("MissingAuthenticationTokenException", "Missing Authentication Token")
INVALID = AccessRefusedError("InvalidSignatureException", "Signature expired: x")
INCOMPLETE = AccessRefusedError("IncompleteSignatureException", "requires 'Signature'")
MASKED = "arn:aws:execute-api:us-east-1:********9012:abc/Prod"
REFUSED: list[Any] = [
    pytest.param(DENIED, {"Message": f"User: x is not authorized on {MASKED}"},
                 "AccessDeniedException", id="denied"),
    pytest.param(MISSING, {"message": "Missing Authentication Token"},
                 "MissingAuthenticationTokenException", id="unsigned"),
    pytest.param(INVALID, {"message": "Signature expired: x"}, "InvalidSignatureException",
                 id="invalid"),
    pytest.param(INCOMPLETE, {"message": "requires 'Signature'"},
                 "IncompleteSignatureException", id="incomplete"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "body", "error_type"), REFUSED)
async def test_x54_refusals_of_a_rest_api(
    error: AccessRefusedError, body: dict[str, str], error_type: str
) -> None:
    answer = (await rest(Deciding(error))).response
    assert (answer.status, json.loads(answer.body)) == (403, body)
    assert ("x-amzn-ErrorType", error_type) in answer.headers


@pytest.mark.parametrize("error", [DENIED, MISSING, INVALID])
async def test_h63_refusals_of_an_http_api(error: AccessRefusedError) -> None:
    answer = (await http(Deciding(error))).response
    assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')


URL_REFUSALS: list[Any] = [
    pytest.param(DENIED, b'{"Message":"Forbidden"}', "AccessDeniedException", id="denied"),
    pytest.param(MISSING, b'{"Message":"Forbidden"}', "AccessDeniedException", id="unsigned"),
    pytest.param(INVALID, b'{"message":"Signature expired: x"}', "InvalidSignatureException",
                 id="invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "body", "error_type"), URL_REFUSALS)
async def test_u10_u13_refusals_of_a_url(
    error: AccessRefusedError, body: bytes, error_type: str
) -> None:
    answer = (await url(Deciding(error))).response
    assert (answer.status, answer.body) == (403, body)
    assert ("x-amzn-ErrorType", error_type) in answer.headers


async def test_u14_an_open_url_is_asked_for_too() -> None:
    access = Deciding(None)
    assert "authorizer" not in context(await url(access, "NONE"))
    (needed,) = access.needed
    assert (needed.signed_for, needed.context) == (None, {"lambda:FunctionUrlAuthType": "NONE"})


async def test_x56_an_apis_own_policy_is_asked_for_open_routes() -> None:
    policy: dict[str, Any] = {"Statement": []}
    access = Deciding(None)
    document = {"securityDefinitions": {}, "x-amazon-apigateway-policy": policy}
    assert (await rest(access, **document)).response.status == 200
    assert [(one.signed_for, one.policy) for one in access.needed] == [(None, policy)]
    silent = Deciding(None)
    assert (await rest(silent, securityDefinitions={})).response.status == 200
    assert silent.needed == []


async def test_x13_h62_without_a_permission_the_function_is_not_invoked() -> None:
    access = Deciding(may_invoke=False)
    answer = (await rest(access)).response
    assert (answer.status, answer.body) == (500, b'{"message": "Internal server error"}')
    answer = (await http(access)).response
    assert (answer.status, answer.body) == (500, b'{"message":"Internal Server Error"}')
    assert [one.sources for one in access.invoked] == [
        (f"{ARN}/Prod/GET/a",),
        (f"{ARN}/$default/GET/a",),
    ]


@pytest.mark.parametrize("send", [rest, http, url])
async def test_who_may_call_is_for_later_while_nobody_can_say(send: Any) -> None:
    exchange = await send(Away(knows_the_caller=False))
    assert exchange.response.status == 503
    assert "Connection refused" in exchange.explanation


@pytest.mark.parametrize("send", [rest, http])
async def test_whether_an_api_may_invoke_is_for_later_while_nobody_can_say(send: Any) -> None:
    exchange = await send(Away(knows_the_caller=True))
    assert exchange.response.status == 503
    assert "Connection refused" in exchange.explanation
