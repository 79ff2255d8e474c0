"""APIs of plain CloudFormation in one running stack: a row a kind of integration and of address."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from integration.running import ROOT, Emulated, Stack, up

APPLICATION = ROOT / "tests" / "integration" / "applications" / "plain"


class Elsewhere(BaseHTTPRequestHandler):
    """A server of somebody else's: it says what it was asked."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": json.loads(body or "null"),
        }
        answer = json.dumps(said).encode()
        self.send_response(418 if "teapot" in self.path else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def plain(
    stack: Emulated, elsewhere: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("plain")
    template = (APPLICATION / "template.yaml").read_text("utf-8")
    (folder / "template.yaml").write_text(template.replace("ELSEWHERE", elsewhere))
    (folder / "app.py").write_text((APPLICATION / "app.py").read_text("utf-8"))
    place = ("--template", str(folder / "template.yaml"), "--endpoint-url", stack.endpoint_url)
    with up(tmp_path_factory.mktemp("state"), *place) as application:
        yield application.ready()


def api_host(plain: Stack, api: str) -> str:
    return f"{plain.physical_id(api)}.execute-api.localhost"


def received(plain: Stack, text: str) -> Any:
    """Give the message in the queue that has a text in it."""
    client, queue = plain.client("sqs"), plain.physical_id("Queue")
    for _ in range(20):
        found = client.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"]
        )
        for message in found.get("Messages", ()):
            client.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            if text in message["Body"]:
                return message
    raise AssertionError(f"no message with {text!r}")


ADDRESSES: list[Any] = [
    pytest.param("", "/users/7", "/users/7", "/dev/users/7", "dev", id="its own path"),
    pytest.param("", "/dev/users/7", "/users/7", "/dev/users/7", "dev", id="below the stage"),
    pytest.param("Rest", "/dev/users/7", "/users/7", "/dev/users/7", "dev", id="at its host"),
    pytest.param("", "/quick", "/quick", "/quick", "$default", id="a quick create"),
    pytest.param("", "/proxy/7", "/v1/proxy/7", "/v1/proxy/7", "v1", id="an HTTP API's own path"),
    pytest.param("Http", "/v1/proxy/7", "/v1/proxy/7", "/v1/proxy/7", "v1", id="at its host, too"),
]


@pytest.mark.parametrize(("api", "asked", "path", "context_path", "stage"), ADDRESSES)
def test_a_function_is_behind_each_address(
    plain: Stack, api: str, asked: str, path: str, context_path: str, stage: str
) -> None:
    host = api_host(plain, api) if api else httpx.URL(plain.url).host
    said = plain.http.get(asked, headers={"Host": host}).json()
    assert (said["path"], said["contextPath"], said["stage"]) == (path, context_path, stage)
    assert said["domain"] == host


ROWS: list[Any] = [
    pytest.param(
        "POST", "/users", {"name": "Ada"}, 200, r'"name":"Ada".*"stage":"dev"', id="Lambda"
    ),
    pytest.param("POST", "/users", {"fail": "Bob"}, 404, '{"error": "Not found: Bob"}', id="error"),
    pytest.param("POST", "/users", None, 415, "Unsupported Media Type", id="NEVER"),
    pytest.param("PUT", "/users/7", {"name": "Ada"}, 201, '{"put": "7"}', id="DynamoDB"),
    pytest.param("POST", "/messages", {"m": "by path"}, 200, r'{"id": "[\w-]+"}', id="SQS"),
    pytest.param(
        "PUT", "/messages", {"m": "to topic"}, 202, r"PublishResponse.*MessageId", id="SNS"
    ),
    pytest.param("POST", "/runs", {"a": 1}, 200, "executionArn", id="Step Functions"),
    pytest.param("PUT", "/files/a.txt", {"a": 1}, 200, "^$", id="S3"),
    pytest.param(
        "PUT", "/elsewhere?a=1", {"b": 2}, 200, r'PUT.*/proxied\?a=1.*{"b": 2}', id="HTTP_PROXY"
    ),
    pytest.param("POST", "/mapped", {"name": "Ada"}, 409, '{"upstream": "PUT Ada"}', id="HTTP"),
    pytest.param(
        "POST", "/queue", {"text": "by subtype"}, 200, "SendMessageResponse", id="SQS subtype"
    ),
    pytest.param(
        "POST", "/events", {"e": "to bus"}, 200, '"FailedEntryCount": ?0', id="EventBridge"
    ),
    pytest.param(
        "POST", "/machine?name=run-1", {"x": 1}, 200, "Machine.*:run-1", id="StartExecution"
    ),
    pytest.param("POST", "/stream", {"data": "abc"}, 200, "SequenceNumber", id="Kinesis"),
    pytest.param("POST", "/there/9?q=1", {"c": 3}, 200, r"/http/9\?q=1&stage=v1", id="URL"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "answer"), ROWS)
def test_integrations_answer(
    plain: Stack, method: str, path: str, body: Any, status: int, answer: str
) -> None:
    headers = {"x-who": "Ada"}
    if body is None:
        found = plain.http.request(
            method, path, content=b"text", headers={"Content-Type": "text/plain"}
        )
    else:
        found = plain.http.request(method, path, json=body, headers=headers)
    assert found.status_code == status, found.text
    assert re.search(answer, found.text, re.DOTALL)


def test_what_was_asked_of_services_is_there(plain: Stack) -> None:
    plain.http.put("/users/8", json={"name": "Grace"})
    item = plain.client("dynamodb").get_item(
        TableName=plain.physical_id("Table"), Key={"id": {"S": "8"}}
    )
    assert item["Item"]["name"] == {"S": "Grace"}
    assert plain.http.put("/files/b.txt", content="content").headers["ETag"]
    stored = plain.client("s3").get_object(Bucket=plain.physical_id("Bucket"), Key="b.txt")
    assert stored["Body"].read() == b"content"
    for path, method, text in (
        ("/messages", "POST", "said by path"),
        ("/messages", "PUT", "said to topic"),
        ("/queue", "POST", "said by subtype"),
        ("/events", "POST", "said to bus"),
    ):
        answer = plain.http.request(method, path, json={"text": text}, headers={"x-who": "Ada"})
        assert answer.is_success
        message = received(plain, text)
        if path == "/queue":
            assert message["Body"] == text
            assert message["MessageAttributes"]["who"]["StringValue"] == "Ada"
    arn = plain.http.post("/machine", json={"x": 2}).json()["executionArn"]
    started = plain.client("stepfunctions").describe_execution(executionArn=arn)
    assert json.loads(started["input"]) == {"x": 2}


def test_parameters_are_mapped_on_the_way_to_a_function_and_back(plain: Stack) -> None:
    answer = plain.http.get("/proxy/7?who=Ada")
    assert (answer.status_code, answer.headers["x-stage"]) == (203, "v1")
    assert answer.json()["mapped"] == "by $context.stage for Ada"


def test_headers_on_the_way_to_a_url(plain: Stack) -> None:
    said = plain.http.get("/there/1", headers={"X-Secret": "s", "X-Kept": "k"}).json()
    assert said["headers"]["x-kept"] == "k"
    assert "x-secret" not in said["headers"]
    assert said["headers"]["via"] == "HTTP/1.1 AmazonAPIGateway"


def test_a_preflight_is_for_the_api_that_has_the_path(plain: Stack) -> None:
    asked = {"Origin": "https://a", "Access-Control-Request-Method": "GET"}
    assert (
        plain.http.options("/proxy/7", headers=asked).headers["access-control-allow-origin"] == "*"
    )
    assert plain.http.options("/users/7", headers=asked).status_code == 403


def test_what_is_behind_routes_is_listed(plain: Stack) -> None:
    plain.wait_for(r"POST +/queue +SQS-SendMessage")
    plain.wait_for(r"PUT +/files/\{key\} +AWS")
