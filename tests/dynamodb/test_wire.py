"""The HTTP protocol (dynamodb.md part 1)."""

import gzip
import json
import zlib
from typing import Any

import pytest
from dynamodb.engines import START, Clock, new_engine, table
from visitplannr.dynamodb.application import dynamodb_application
from visitplannr.dynamodb.desk import Desk
from visitplannr.dynamodb.engine import Engine
from visitplannr.dynamodb.wire import BODY_LIMIT, HttpAnswer, HttpRequest, Wire

SIGNED = "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c"
NOW = "20270115T080000Z"
CORAL = "com.amazon.coral.service#"


@pytest.fixture
def engine() -> Engine:
    return new_engine()


@pytest.fixture
def wire(engine: Engine) -> Wire:
    return Wire(engine.call, Clock(), "us-east-1")


def request(
    body: bytes | str = "{}",
    *,
    target: str | None = "DynamoDB_20120810.ListTables",
    method: str = "POST",
    path: str = "/",
    query: str = "",
    **headers: str | None,
) -> HttpRequest:
    """Give a request; underscores in the names of headers are hyphens, None leaves one out."""
    given = {
        "content-type": "application/x-amz-json-1.0",
        "authorization": SIGNED,
        "x-amz-date": NOW,
        "x-amz-target": target,
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    kept = {name: value for name, value in given.items() if value is not None}
    content = body.encode() if isinstance(body, str) else body
    return HttpRequest(method, path, query, kept, content)


def error(answer: HttpAnswer) -> Any:
    assert answer.status == 400
    return json.loads(answer.body)


def test_d5_every_answer_has_an_id_and_a_checksum(wire: Wire) -> None:
    for sent in (request(), request("no"), request(method="GET"), request(method="PUT")):
        answer = wire.answer(sent)
        headers = dict(answer.headers)
        assert len(headers["x-amzn-requestid"]) == 52
        assert headers["x-amzn-requestid"].isalnum()
        assert headers["x-amzn-requestid"].isupper()
        assert headers["x-amz-crc32"] == str(zlib.crc32(answer.body))
        assert headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        ("application/json", "application/json"),
        ("application/x-amz-json-1.0", "application/x-amz-json-1.0"),
        (" application/json  ; charset=utf-8", "application/json"),
    ],
)
def test_d2_content_types(wire: Wire, given: str, answered: str) -> None:
    answer = wire.answer(request(content_type=given))
    assert (answer.status, answer.body) == (200, b'{"TableNames":[]}')
    assert dict(answer.headers)["content-type"] == answered


@pytest.mark.parametrize(
    "sent",
    [
        request(content_type=None),
        request(content_type="application/x-amz-json-1.1"),
        request(content_type="application/jsonx"),
        request(method="PUT"),
        request(method="DELETE"),
        request(method="OPTIONS"),
        request(path="/table"),
        request(method="GET", path="/table"),
    ],
)
def test_d2_d3_what_is_no_request_of_dynamodb(wire: Wire, sent: HttpRequest) -> None:
    answer = wire.answer(sent)
    assert (answer.status, answer.body) == (404, b"<UnknownOperationException/>\n")


def test_d4_health(wire: Wire) -> None:
    answer = wire.answer(request("", method="GET", target=None))
    assert (answer.status, answer.body) == (200, b"healthy: dynamodb.us-east-1.amazonaws.com ")


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        pytest.param(request("no", target=None), "SerializationException", id="D7"),
        pytest.param(request("", target=None), "UnknownOperationException", id="D8 none"),
        pytest.param(request(target="DynamoDB_20120810.X"), "UnknownOperationException", id="D8"),
        pytest.param(
            request(target="DynamoDB_20120810.ListStreams"),
            "UnknownOperationException",
            id="D1 another service",
        ),
        pytest.param(request("[]"), "SerializationException", id="D17 list"),
        pytest.param(request("7"), "SerializationException", id="D17 number"),
        pytest.param(request(""), "SerializationException", id="D17 nothing"),
    ],
)
def test_d7_d8_d17_errors_without_a_message(wire: Wire, sent: HttpRequest, kind: str) -> None:
    assert error(wire.answer(sent)) == {"__type": CORAL + kind}


@pytest.mark.parametrize(
    ("sent", "kind", "message"),
    [
        pytest.param(
            request(authorization=None),
            "MissingAuthenticationTokenException",
            "Request is missing Authentication Token",
            id="D9",
        ),
        pytest.param(
            request(authorization="Basic x"),
            "MissingAuthenticationTokenException",
            "Request is missing Authentication Token",
            id="D9 unusable",
        ),
        pytest.param(
            request(query="X-Amz-Algorithm=a"),
            "InvalidSignatureException",
            "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP "
            "header.",
            id="D10",
        ),
        pytest.param(
            request(authorization="AWS4- Credential=a, Signature=", x_amz_date=None),
            "IncompleteSignatureException",
            "Authorization header requires 'Signature' parameter. Authorization header requires "
            "'SignedHeaders' parameter. Authorization header requires existence of either a "
            "'X-Amz-Date' or a 'Date' header. Authorization=AWS4- Credential=a, Signature=",
            id="D11",
        ),
        pytest.param(
            request(
                authorization=None,
                query="X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d",
            ),
            "IncompleteSignatureException",
            "AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the "
            "query-string parameters.",
            id="D12",
        ),
        pytest.param(
            request(x_amz_date="20170101T010101Z"),
            "InvalidSignatureException",
            "Signature expired: 20170101T010101Z is now earlier than 20270115T080000Z - 15 min.",
            id="long ago",
        ),
    ],
)
def test_d9_to_d12_authentication(wire: Wire, sent: HttpRequest, kind: str, message: str) -> None:
    assert error(wire.answer(sent)) == {"__type": CORAL + kind, "message": message}


def test_d6_the_order_of_checks(wire: Wire) -> None:
    faults = {"content_type": "x", "body": "no", "target": "x", "authorization": None}
    seen = []
    for mended in [(), ("content_type",), ("content_type", "body"), (*faults,)[:3]]:
        given: dict[str, Any] = {k: v for k, v in faults.items() if k not in mended}
        answer = wire.answer(request(**given))
        seen.append(answer.status if answer.status == 404 else error(answer)["__type"])
    assert seen == [
        404,
        f"{CORAL}SerializationException",
        f"{CORAL}UnknownOperationException",
        f"{CORAL}MissingAuthenticationTokenException",
    ]


def test_d13_pages_of_other_origins(wire: Wire) -> None:
    asked = {"access_control_request_headers": "a, b", "access_control_request_method": "POST"}
    answer = wire.answer(request("", method="OPTIONS", origin="http://x", **asked))
    headers = dict(answer.headers)
    assert (answer.status, answer.body) == (200, b"")
    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-allow-headers"] == "a, b"
    assert headers["access-control-allow-methods"] == "POST"
    assert headers["access-control-max-age"] == "172800"
    assert dict(wire.answer(request(origin="x")).headers)["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in dict(wire.answer(request()).headers)


def test_d14_16_mib_is_the_most(wire: Wire) -> None:
    assert wire.answer(request(b" " * (BODY_LIMIT + 1))).status == 413
    assert wire.answer(request(b" " * (BODY_LIMIT - 2) + b"{}")).status == 200


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        pytest.param("gzip", gzip.compress(b"{}"), 200, id="gzip"),
        pytest.param("gzip", gzip.compress(b"{") + gzip.compress(b"}"), 200, id="two parts"),
        pytest.param("deflate", zlib.compress(b"{}"), 200, id="deflate"),
        pytest.param("gzip", b"{}", 500, id="not packed"),
        pytest.param("gzip", gzip.compress(b"{}")[:-1], 500, id="cut"),
        pytest.param("gzip", b"", 500, id="empty"),
        pytest.param("garbage", b"{}", 500, id="unknown"),
        pytest.param("gzip", gzip.compress(b" " * (BODY_LIMIT + 1)), 413, id="too large"),
    ],
)
def test_d16_compressed_requests(wire: Wire, encoding: str, body: bytes, status: int) -> None:
    assert wire.answer(request(body, content_encoding=encoding)).status == status


def test_d19_empty_answers(engine: Engine, wire: Wire) -> None:
    created = engine.call("CreateTable", table())["TableDescription"]
    item = {"TableName": "table", "Item": {"p": {"S": "a"}, "c": {"S": "b"}}}
    tags = {"ResourceArn": created["TableArn"], "Tags": [{"Key": "a", "Value": "b"}]}
    answers = [
        wire.answer(request(json.dumps(body), target=f"DynamoDB_20120810.{operation}")).body
        for operation, body in (("PutItem", item), ("TagResource", tags))
    ]
    assert answers == [b"{}", b""]


def test_describe_endpoints_names_the_address_that_was_called(wire: Wire) -> None:
    sent = request(target="DynamoDB_20120810.DescribeEndpoints", host="localhost:8001")
    assert json.loads(wire.answer(sent).body)["Endpoints"][0]["Address"] == "localhost:8001"


def test_a_fault_of_ours_is_answered(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(operation: str, body: Any) -> dict[str, Any]:
        raise ZeroDivisionError(operation)

    answer = Wire(broken, Clock(), "us-east-1").answer(request())
    assert (answer.status, json.loads(answer.body)["__type"].split("#")[1]) == (
        500,
        "InternalServerError",
    )
    assert "ZeroDivisionError: ListTables" in capsys.readouterr().err


async def test_it_is_an_asgi_application(engine: Engine, wire: Wire) -> None:
    messages = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.request", "body": b"}"},
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.title().encode(), v.encode()) for name, v in request().headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    await dynamodb_application(Desk(wire, engine.together))(scope, receive, send)
    assert sent[0]["status"] == 200
    assert sent[1]["body"] == b'{"TableNames":[]}'


def test_start_is_the_date_of_the_signature() -> None:
    assert START == 1_800_000_000
