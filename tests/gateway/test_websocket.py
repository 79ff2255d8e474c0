"""WebSocket APIs: handshakes, routes, events, and what a backend asks (websocket.md)."""

import json
from typing import Any

import pytest
from gateway.sockets import OK, Chat, chat, proxy
from visitplannr.gateway.websocket_api.notices import notices
from visitplannr.gateway.websocket_api.selection import evaluated


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/_ws/Chat", "localhost:8000", 101),
        ("/_ws/Chat/", "localhost:8000", 101),
        ("/_ws/Chat/live", "localhost:8000", 101),
        ("/live", "localhost:8000", 101),
        ("/live", "abc.execute-api.localhost:8000", 101),
        ("/", "abc.execute-api.localhost:8000", 403),
        ("/other", "abc.execute-api.localhost:8000", 403),
        ("/_ws/Chat/other", "localhost:8000", 403),
        ("/nowhere", "localhost:8000", 403),
    ],
)
async def test_w1_where_connections_are_made(path: str, host: str, status: int) -> None:
    client = Chat(chat("$default")).connect(path, host=host)
    message = await client.hears()
    assert message.get("status", 101) == status


async def test_w2_what_is_no_handshake() -> None:
    status, _, body = await Chat(chat("$default")).ask("GET", "/_ws/Chat")
    assert (status, json.loads(body)) == (403, {"message": "Forbidden"})


async def test_w3_connect_is_answered_first() -> None:
    served = Chat(chat("$connect", "$disconnect"))
    client = await served.connect().accepted()
    assert [function for function, _ in served.events] == ["$connect"]
    await client.leaves()
    assert [function for function, _ in served.events] == ["$connect", "$disconnect"]


@pytest.mark.parametrize(
    ("answer", "status", "message"),
    [
        ({"statusCode": 403}, 403, "Forbidden"),
        ({"statusCode": "401"}, 401, "Unauthorized"),
        ({"statusCode": 500}, 500, "Internal server error"),
        (ValueError("broken"), 502, "Internal server error"),
        ("no object", 502, "Internal server error"),
        (None, 502, "Internal server error"),
        ({}, 502, "Internal server error"),
        ({"statusCode": 200, "body": {}}, 502, "Internal server error"),
    ],
)
async def test_w5_w6_a_connection_that_is_refused(answer: Any, status: int, message: str) -> None:
    served = Chat(chat("$connect", "$disconnect"), lambda *_: answer)
    client = served.connect()
    assert await client.refused() == (status, {"message": message})
    await client.ended
    assert [function for function, _ in served.events] == ["$connect"]
    assert served.told[0].response.status == status


@pytest.mark.parametrize(
    ("headers", "chosen"), [({}, None), ({"Sec-WebSocket-Protocol": "graphql-ws"}, "graphql-ws")]
)
async def test_w7_the_subprotocol(headers: Any, chosen: str | None) -> None:
    served = Chat(chat("$connect"), lambda *_: {"statusCode": 200, "headers": headers})
    assert (await served.connect().hears())["subprotocol"] == chosen


@pytest.mark.parametrize(
    ("expression", "message", "key"),
    [
        ("$request.body.action", '{"action": "send"}', "send"),
        ("${request.body.action}", '{"action": "send"}', "send"),
        ("$request.body.a.b", '{"a": {"b": 1}}', "1"),
        ("$request.body.list[1]", '{"list": ["x", "y"]}', "y"),
        ("${request.body.a}-${request.body.b}", '{"a": true, "b": "x"}', "true-x"),
        (r"\$default", "{}", "$default"),
        ("$request.body.action", '{"other": 1}', None),
        ("$request.body.action", '{"action": {"not": "text"}}', None),
        ("$request.body.action", "no JSON", None),
        ("$request.body.action", '"text"', None),
        ("$request.body.action", "[" * 100_000, None),
    ],
)
def test_w10_w12_selection_expressions(expression: str, message: str, key: str | None) -> None:
    assert evaluated(expression, message) == key


@pytest.mark.parametrize(
    ("message", "function"),
    [
        ('{"action": "send"}', "send"),
        ('{"action": "other"}', "$default"),
        ('{"action": "$connect"}', "$default"),
        ("no JSON", "$default"),
    ],
)
async def test_w11_the_route_of_a_message(message: str, function: str) -> None:
    api = chat("$connect", "send", "$default", two_way=frozenset({"send", "$default"}))
    served = Chat(api, lambda name, _: {**OK, "body": name})
    client = await served.connect().accepted()
    assert await client.asks(message) == function


async def test_w13_a_message_without_a_route() -> None:
    served = Chat(chat("send"))
    client = await served.connect().accepted()
    told = json.loads(await client.asks("hello"))
    assert told["message"] == "Forbidden"
    assert set(told) == {"message", "connectionId", "requestId"}
    assert (
        served.told[-1].line() == "MESSAGE /_ws/Chat → 403: no route for it; there are: send [W13]"
    )


@pytest.mark.parametrize(
    "answer",
    [
        ValueError("broken"),
        None,
        "text",
        {**OK, "body": "no base64", "isBase64Encoded": True},
        {**OK, "body": "ä", "isBase64Encoded": True},
    ],
)
async def test_w14_a_message_whose_function_fails(answer: Any) -> None:
    served = Chat(chat("$default"), lambda *_: answer)
    client = await served.connect().accepted()
    assert json.loads(await client.asks("hello"))["message"] == "Internal server error"
    assert served.told[-1].response.status == 500


async def test_w15_only_routes_with_a_response_answer() -> None:
    api = chat("one", "two", selection="$request.body.to", two_way=frozenset({"two"}))
    served = Chat(api, lambda name, _: {**OK, "body": f"from {name}"})
    client = await served.connect().accepted()
    await client.says('{"to": "one"}')
    assert await client.asks('{"to": "two"}') == "from two"


async def test_w15_a_body_in_base64() -> None:
    answer = {**OK, "body": "AQI=", "isBase64Encoded": True}
    served = Chat(chat("$default", two_way=frozenset({"$default"})), lambda *_: answer)
    client = await served.connect().accepted()
    await client.says("x")
    assert (await client.hears())["bytes"] == b"\x01\x02"


async def test_w20_w21_w22_w23_w24_the_events() -> None:
    api = chat("$connect", "$disconnect", "$default", stage_variables={"table": "t"})
    served = Chat(api)
    client = await served.connect("/_ws/Chat?a=1&a=2", origin="https://a.example").accepted()
    await client.says("hello")
    await client.leaves(1001, "bye")
    (_, connect), (_, message), (_, disconnect) = sorted(
        served.events, key=lambda one: ["$connect", "$default", "$disconnect"].index(one[0])
    )
    assert connect["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert connect["queryStringParameters"] == {"a": "2"}
    assert connect["multiValueHeaders"]["origin"] == ["https://a.example"]
    assert connect["headers"]["X-Forwarded-For"] == "10.0.0.1"
    context = connect["requestContext"]
    assert {name: context[name] for name in ("apiId", "stage", "domainName", "routeKey")} == {
        "apiId": "abc",
        "stage": "live",
        "domainName": "localhost:9000",
        "routeKey": "$connect",
    }
    assert context["identity"] == {"userAgent": "tests", "sourceIp": "10.0.0.1"}
    assert (context["eventType"], context["messageDirection"]) == ("CONNECT", "IN")
    assert context["requestId"] == context["extendedRequestId"]
    assert "messageId" not in context
    assert (message["body"], message["isBase64Encoded"]) == ("hello", False)
    assert "headers" not in message
    assert message["requestContext"]["messageId"]
    assert message["requestContext"]["connectedAt"] == context["connectedAt"]
    assert len(context["connectionId"]) == 16
    ended = disconnect["requestContext"]
    assert (ended["disconnectStatusCode"], ended["disconnectReason"]) == (1001, "bye")
    assert disconnect["headers"]["Host"] == "localhost:8000"
    assert {one["requestContext"]["connectionId"] for _, one in served.events} == {
        context["connectionId"]
    }
    assert {one["stageVariables"]["table"] for _, one in served.events} == {"t"}


def guarded(source: Any = None) -> Any:
    settings = {"type": "request", **({"identitySource": source} if source else {})}
    return chat(
        "$default",
        routes={"$connect": proxy(security=[{"Who": []}])},
        document={
            "components": {"securitySchemes": {"Who": {"x-amazon-apigateway-authorizer": settings}}}
        },
        authorizers={"Who": "authorizer"},
    )


def decision(effect: str, **more: Any) -> Any:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": "*"}
    return {
        "principalId": "Ann",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        **more,
    }


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (decision("Allow"), 101),
        (decision("Deny"), 403),
        (ValueError("Unauthorized"), 401),
        (ValueError("broken"), 500),
        ({"principalId": "Ann"}, 500),
        ({**decision("Allow"), "principalId": None}, 500),
        (decision("Allow", context={"a": {"map": 1}}), 500),
        ("text", 500),
    ],
)
async def test_w4_w30_w32_authorizers(answer: Any, status: int) -> None:
    served = Chat(guarded(), lambda name, _: answer if name == "authorizer" else OK)
    message = await served.connect().hears()
    assert message.get("status", 101) == status
    (asked, event), *_ = served.events
    arn = "arn:aws:execute-api:us-east-1:123:abc/live/$connect"
    assert (asked, event["type"], event["methodArn"]) == ("authorizer", "REQUEST", arn)
    assert event["queryStringParameters"] == {}


@pytest.mark.parametrize(
    ("source", "path", "status"),
    [
        (["route.request.querystring.who"], "/_ws/Chat?who=Ann", 101),
        (["route.request.querystring.who"], "/_ws/Chat", 401),
        ("route.request.header.X-Who, route.request.querystring.who", "/_ws/Chat?who=Ann", 401),
        (["route.request.header.User-Agent"], "/_ws/Chat", 101),
    ],
)
async def test_w31_what_identifies_a_client(source: Any, path: str, status: int) -> None:
    allow = decision("Allow")
    served = Chat(guarded(source), lambda name, _: allow if name == "authorizer" else OK)
    message = await served.connect(path).hears()
    assert message.get("status", 101) == status
    assert bool(served.events) == (status == 101)


async def test_w34_all_events_have_what_the_authorizer_said() -> None:
    allow = decision("Allow", context={"level": 3, "admin": True, "name": "A"})
    served = Chat(guarded(), lambda name, _: allow if name == "authorizer" else OK)
    client = await served.connect().accepted()
    await client.says("hello")
    await client.leaves()
    for name, event in served.events:
        if name != "authorizer":
            who = event["requestContext"]["authorizer"]
            assert (who["principalId"], who["level"], who["admin"]) == ("Ann", "3", "true")


@pytest.mark.parametrize(("signature", "status"), [("", 403), ("&X-Amz-Signature=1", 101)])
async def test_w33_a_handshake_has_to_be_signed(signature: str, status: int) -> None:
    api = chat(
        routes={"$connect": proxy(security=[{"aws_iam": []}])},
        document={
            "components": {
                "securitySchemes": {"aws_iam": {"x-amazon-apigateway-authtype": "awsSigv4"}}
            }
        },
    )
    path = f"/_ws/Chat?X-Amz-Credential=a/b{signature}"
    assert (await Chat(api).connect(path).hears()).get("status", 101) == status


async def test_what_else_is_behind_routes() -> None:
    api = chat(
        routes={
            "$connect": proxy("mock"),
            "url": proxy("http_proxy", integration={"uri": "http://a.example/x"}),
            "table": proxy("aws", integration={"uri": "arn:aws:apigateway:r:dynamodb:action/Scan"}),
        },
        two_way=frozenset({"url"}),
    )
    served = Chat(api)
    client = await served.connect().accepted()
    assert await client.asks('{"action": "url"}') == "from the URL"
    assert served.called[0].body == b'{"action": "url"}'  # type: ignore[union-attr]
    assert json.loads(await client.asks('{"action": "table"}'))["message"].startswith("Internal")
    assert list(notices(api)) == ["Chat: the integration of table is of type AWS; it is not run"]


async def test_a_connection_goes_on_with_the_application_that_follows() -> None:
    api = chat("$default", two_way=frozenset({"$default"}))
    served = Chat(api, lambda *_: {**OK, "body": "before"})
    client = await served.connect().accepted()
    assert await client.asks("x") == "before"
    served.functions = lambda name, _: {**OK, "body": f"after, {name}"}
    served.serve(chat("other", selection="other", two_way=frozenset({"other"})))
    assert await client.asks("{}") == "after, other"
    served.connections.keep([])
    assert (await client.hears())["code"] == 1001
