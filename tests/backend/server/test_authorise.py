"""The third step: who may do what, how a refusal looks in each protocol, and what is said of it.

iam.md I40, I42 to I45.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import botocore.session
import pytest
from backend.server.test_relay import ask
from botocore.parsers import create_parser
from visitplannr.backend.server.authorise import Decider, authorise, identify
from visitplannr.backend.server.denials import Denials
from visitplannr.backend.server.ministack.identities import Identities
from visitplannr.backend.server.ministack.seams import service
from visitplannr.backend.server.reading import DECISION
from visitplannr.backend.server.relay import read
from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.iam.propose import Owned
from visitplannr.iam.sam_policies import Place
from visitplannr.model.function_credentials import FunctionCredentials, SessionCredentials
from visitplannr.model.strictness import Iam

ACCOUNT, REGION = "000000000000", "us-east-1"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/shop-t"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/CartRole"
ISSUED = FunctionCredentials(b"secret")
CART = ISSUED.issue("shop-Cart-1", "an environment")
JSON_10 = (b"content-type", b"application/x-amz-json-1.0")
FORM = (b"content-type", b"application/x-www-form-urlencoded")
PUT = (b"x-amz-target", b"DynamoDB_20120810.PutItem")
ITEM = json.dumps({"TableName": "shop-t", "Item": {"id": {"S": "ada"}}}).encode()


@pytest.fixture(autouse=True)
def role() -> Iterator[dict[str, Any]]:
    """The role of a function, as MiniStack's stores have them."""
    lambda_svc, iam, sts = service("lambda_svc"), service("iam"), service("sts")
    record = {"config": {"Role": ROLE}, "policy": {}}
    lambda_svc._functions.set_scoped(ACCOUNT, REGION, "shop-Cart-1", record)
    made: dict[str, Any] = {
        "Arn": ROLE,
        "RoleId": "AROA1",
        "InlinePolicies": {},
        "AttachedPolicies": [],
        "AssumeRolePolicyDocument": trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
    }
    iam._roles.set_scoped(ACCOUNT, None, "CartRole", made)
    yield made
    lambda_svc._functions._data.clear()
    iam._roles._data.clear()
    sts._sessions.clear()


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(principal: Any) -> str:
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def allow(action: Any, resource: Any = "*", **more: Any) -> str:
    return document({"Effect": "Allow", "Action": action, "Resource": resource, **more})


class Tables:
    """A table whose partition key is `id`."""

    def call(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
        assert operation == "DescribeTable"
        return {"Table": {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}}


@dataclass
class Door:
    """The step, before an application that answers 200."""

    mode: Iam = Iam.ENFORCE
    said: list[str] = field(default_factory=list)
    scopes: list[Message] = field(default_factory=list)
    bodies: list[bytes | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        owned = [Owned("Table", "AWS::DynamoDB::Table", TABLE)]
        denials = Denials(self.said.append, lambda: owned, _logical_id, Place(ACCOUNT, REGION))
        identities = Identities(ISSUED, ACCOUNT, REGION)
        decider = Decider(identities, lambda _account, _region: Tables())
        self.app: App = authorise(decider, denials, self.mode, self._answer)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        self.bodies.append(await read(receive))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    @property
    def decision(self) -> Any:
        return self.scopes[-1].get(DECISION)


def _logical_id(function: str) -> str:
    return {"shop-Cart-1": "Cart"}.get(function, function)


def signed(
    name: str, *more: tuple[bytes, bytes], by: SessionCredentials = CART
) -> list[tuple[bytes, bytes]]:
    credential = f"Credential={by.access_key_id}/20261126/{REGION}/{name}/aws4_request"
    token = (b"x-amz-security-token", by.session_token.encode())
    return [(b"authorization", f"AWS4-HMAC-SHA256 {credential}".encode()), token, *more]


async def put(door: Door, by: SessionCredentials = CART) -> tuple[int, Any]:
    headers = signed("dynamodb", PUT, JSON_10, by=by)
    status, _, parts = await ask(door.app, "/", ITEM, headers=headers)
    return status, json.loads(b"".join(parts))


async def test_what_no_policy_allows_is_refused_in_awss_words(role: dict[str, Any]) -> None:
    door = Door()
    status, said = await put(door)
    assert (status, said) == (
        400,
        {
            "__type": "com.amazon.coral.service#AccessDeniedException",
            "Message": f"User: arn:aws:sts::{ACCOUNT}:assumed-role/CartRole/shop-Cart-1 is not "
            f"authorized to perform: dynamodb:PutItem on resource: {TABLE} because no "
            "identity-based policy allows the dynamodb:PutItem action",
        },
    )
    assert door.said == [
        (
            f"Cart was denied dynamodb:PutItem on {TABLE}: no identity-based policy of {ROLE} "
            "allows it"
        ),
        "Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Table.Arn",
        "or SAM's policy: DynamoDBWritePolicy: {TableName: !Ref Table}",
    ]
    await put(door)
    assert len(door.said) == 3  # said once
    assert door.bodies == []


async def test_a_policy_that_is_added_counts_from_the_next_call_on(role: dict[str, Any]) -> None:
    door = Door()
    assert (await put(door))[0] == 400
    role["InlinePolicies"]["write"] = allow("dynamodb:PutItem", TABLE)
    assert await put(door) == (200, {})
    assert (door.decision, door.bodies) == ("allowed", [ITEM])
    assert await put(door) == (200, {})
    del role["InlinePolicies"]["write"]
    assert (await put(door))[0] == 400


@pytest.mark.parametrize(
    ("attached", "status"),
    [
        ("arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess", 200),
        ("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", 400),
    ],
)
async def test_awss_own_policies_count(role: dict[str, Any], attached: str, status: int) -> None:
    role["AttachedPolicies"] = [attached]
    assert (await put(Door()))[0] == status


async def test_an_explicit_deny_is_told_as_such(role: dict[str, Any]) -> None:
    deny = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    given = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    role["InlinePolicies"]["all"] = document(given, deny)
    door = Door()
    _, said = await put(door)
    assert said["Message"].endswith("with an explicit deny in an identity-based policy")
    assert len(door.said) == 1
    assert "statement 2 of all denies it" in door.said[0]


async def test_leading_keys_are_asked_of_the_table(role: dict[str, Any]) -> None:
    for key, status in (("ada", 200), ("bob", 400)):
        condition = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [key]}}
        role["InlinePolicies"]["own"] = allow("dynamodb:PutItem", TABLE, Condition=condition)
        assert (await put(Door()))[0] == status


async def test_a_permissions_boundary_limits(role: dict[str, Any]) -> None:
    role["InlinePolicies"]["all"] = allow("*")
    role["PermissionsBoundary"] = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    _, said = await put(Door())
    assert "because no permissions boundary allows" in said["Message"]


async def test_warn_lets_it_through_and_says_it_once_for_each_action(role: dict[str, Any]) -> None:
    door = Door(Iam.WARN)
    assert [await put(door) for _ in range(2)] == [(200, {})] * 2
    assert door.decision == "warned"
    assert door.said[0].startswith(f"Cart would be denied dynamodb:PutItem on {TABLE}")
    assert door.said[1].startswith("Effect: Allow")
    assert len(door.said) == 3


@pytest.mark.parametrize(("key", "token"), [("test", "test"), ("ASIAFROMELSEWHERE", "x")])
async def test_who_the_stack_gave_no_credentials_is_the_administrator(key: str, token: str) -> None:
    door = Door()
    assert await put(door, SessionCredentials(key, "", token)) == (200, {})
    assert door.said == []


async def test_a_role_that_is_not_here_is_not_evaluated_and_that_is_said_once() -> None:
    record = {"config": {"Role": "arn:aws:iam::123456789012:role/elsewhere"}}
    service("lambda_svc")._functions.set_scoped(ACCOUNT, REGION, "shop-Cart-1", record)
    door = Door()
    assert [await put(door) for _ in range(2)] == [(200, {})] * 2
    assert door.decision == "not-evaluated"
    assert len(door.said) == 1
    assert "arn:aws:iam::123456789012:role/elsewhere" in door.said[0]


async def test_what_cannot_be_mapped_is_let_through_and_said_once() -> None:
    door = Door()
    for _ in range(2):
        headers = signed("ec2", FORM)
        body = b"Action=DescribeInstances&Version=2016-11-15"
        assert (await ask(door.app, "/", body, headers=headers))[0] == 200
    assert door.decision == "not-evaluated"
    assert door.said == [
        (
            "Cart may call ec2:DescribeInstances: not checked, what ec2:DescribeInstances needs is "
            "not known here"
        )
    ]


async def test_a_users_key_has_the_users_policies() -> None:
    iam = service("iam")
    user = {"Arn": f"arn:aws:iam::{ACCOUNT}:user/eve", "UserId": "AIDA1"}
    iam._users.set_scoped(ACCOUNT, None, "eve", user)
    iam._access_keys.set_scoped(ACCOUNT, None, "AKIAEVE", {"UserName": "eve"})
    try:
        eve = SessionCredentials("AKIAEVE", "", "")
        status, said = await put(Door(), eve)
        assert (status, said["Message"].partition(" is not")[0]) == (400, f"User: {user['Arn']}")
        policies = {"write": allow("dynamodb:PutItem", TABLE)}
        iam._user_inline_policies.set_scoped(ACCOUNT, None, "eve", policies)
        assert (await put(Door(), eve))[0] == 200
    finally:
        for store in (iam._users, iam._access_keys, iam._user_inline_policies):
            store._data.clear()


async def test_a_session_of_an_assumed_role_is_limited_by_its_own_policy(
    role: dict[str, Any],
) -> None:
    role["InlinePolicies"]["all"] = allow("*")
    service("sts")._sessions["ASIASESSION"] = {
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/CartRole/me",
        "PrincipalType": "AssumedRole",
        "SessionPolicies": {"Policy": allow("s3:*"), "PolicyArns": []},
    }
    _, said = await put(Door(), SessionCredentials("ASIASESSION", "", "t"))
    assert "assumed-role/CartRole/me is not authorized" in said["Message"]
    assert "because no session policy allows" in said["Message"]


@pytest.mark.parametrize(
    ("principal", "status"),
    [({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, 200), ({"Service": "lambda.amazonaws.com"}, 403)],
)
async def test_who_may_assume_a_role_is_the_roles_to_say(
    role: dict[str, Any], principal: Any, status: int
) -> None:
    role["AssumeRolePolicyDocument"] = trust(principal)
    body = f"Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&RoleArn={ROLE}".encode()
    anybody = SessionCredentials("test", "", "test")
    headers = signed("sts", FORM, by=anybody)
    assert (await ask(Door().app, "/", body, headers=headers))[0] == status


async def test_sts_knows_functions_even_if_nothing_is_decided() -> None:
    door = Door()
    app = identify(Identities(ISSUED, ACCOUNT, REGION), door.app)
    await ask(app, "/", b"Action=GetCallerIdentity", headers=signed("sts", FORM))
    known = service("sts")._sessions[CART.access_key_id]
    assert known["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/CartRole/shop-Cart-1"


QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
PROTOCOLS: list[Any] = [
    pytest.param(
        "sqs", "SendMessage", "/",
        [(b"x-amz-target", b"AmazonSQS.SendMessage"), JSON_10],
        b'{"QueueUrl": "http://localhost/000000000000/q"}', "AccessDenied", 403,
        id="json of a query service",
    ),
    pytest.param(
        "sns", "Publish", "/", [FORM],
        f"Action=Publish&TopicArn=arn:aws:sns:{REGION}:{ACCOUNT}:t".encode(),
        "AuthorizationError", 403, id="query",
    ),
    pytest.param("s3", "PutObject", "/b/k", [], b"x", "AccessDenied", 403, id="rest-xml"),
    pytest.param(
        "lambda", "Invoke", "/2015-03-31/functions/other/invocations", [], b"{}",
        "AccessDeniedException", 403, id="rest-json",
    ),
    pytest.param(
        "ssm", "GetParameter", "/",
        [(b"x-amz-target", b"AmazonSSM.GetParameter"), JSON_10],
        b'{"Name": "/a"}', "AccessDeniedException", 400, id="json",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "operation", "path", "headers", "body", "code", "status"), PROTOCOLS
)
async def test_botocore_reads_a_refusal_in_each_protocol(
    name: str, operation: str, path: str, headers: Any, body: bytes, code: str, status: int
) -> None:
    method = "PUT" if operation == "PutObject" else "POST"
    given = signed(name, *headers)
    answered = await ask(Door().app, path, body, headers=given, method=method)
    found = _read_by_botocore(name, operation, *answered)
    assert (found["Code"], answered[0]) == (code, status)
    assert "is not authorized to perform" in found["Message"]


def _read_by_botocore(
    name: str, operation: str, status: int, headers: Any, parts: list[bytes]
) -> Any:
    model = botocore.session.Session().get_service_model(name)
    parser = create_parser(model.resolved_protocol)
    texts = {key.decode(): value.decode() for key, value in headers.items()}
    shape: Any = model.operation_model(operation).output_shape
    answer = {"status_code": status, "headers": texts, "body": b"".join(parts)}
    return parser.parse(answer, shape)["Error"]


async def test_what_is_written_to_s3_is_not_gathered_first(role: dict[str, Any]) -> None:
    role["InlinePolicies"]["write"] = allow("s3:PutObject")
    received: list[str] = []

    async def receive() -> Message:
        received.append("body")
        return {"type": "http.request", "body": b"x", "more_body": False}

    async def app(scope: Message, receive: Receive, _send: Send) -> None:
        assert received == []
        await receive()

    async def nothing(_message: Message) -> None:
        raise AssertionError

    identities = Identities(ISSUED, ACCOUNT, REGION)
    denials = Denials(print, list, _logical_id, Place(ACCOUNT, REGION))
    step = authorise(Decider(identities, lambda *_: Tables()), denials, Iam.ENFORCE, app)
    scope = {"type": "http", "method": "PUT", "path": "/b/k", "query_string": b""}
    await step({**scope, "headers": signed("s3")}, receive, nothing)
    assert received == ["body"]


@pytest.mark.parametrize(("trusted", "status"), [("apigateway", 200), ("events", 403)])
async def test_services_assume_roles_that_trust_them(
    role: dict[str, Any], trusted: str, status: int
) -> None:
    role["AssumeRolePolicyDocument"] = trust({"Service": f"{trusted}.amazonaws.com"})
    body = f"Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&RoleArn={ROLE}".encode()
    gateway = SessionCredentials("apigateway.amazonaws.com", "", "")
    headers = signed("sts", FORM, by=gateway)
    assert (await ask(Door().app, "/", body, headers=headers))[0] == status
