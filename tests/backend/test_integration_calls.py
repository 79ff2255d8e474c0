"""Calls for integrations go over HTTP: to URLs as they are, to the backend as the role."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from visitplannr.backend.endpoint import Backend
from visitplannr.backend.integration_calls import IntegrationCalls
from visitplannr.model.endpoints import (
    EndpointError,
    HttpCall,
    OperationCall,
    RoleError,
    ServiceCall,
)

ROLE = "arn:aws:iam::000000000000:role/calls"
ASSUMED = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
<SessionToken>token-of-the-role</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>"""


class Server:
    """Answers whatever it is asked with what that was; AssumeRole with credentials."""

    def __init__(self) -> None:
        self.assumed: list[dict[str, list[str]]] = []
        self.answer = b""
        self.content_type = "application/json"
        asked = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                form = parse_qs(body)
                if form.get("Action") == ["AssumeRole"]:
                    asked.assumed.append(form)
                    wrong = "nobody" in form["RoleArn"][0]
                    self.say(403 if wrong else 200, ASSUMED.encode(), "text/xml")
                    return
                said = {"path": self.path, "headers": dict(self.headers), "body": body}
                kind = asked.content_type
                self.say(201, asked.answer or json.dumps(said).encode(), kind)

            do_GET = do_PUT = do_POST  # noqa: N815

            def say(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Set-Cookie", "a=1")
                self.send_header("Set-Cookie", "b=2")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def calls(server: Server) -> IntegrationCalls:
    return IntegrationCalls(Backend(server.url), lambda: 0.0)


def service(role: str | None, *headers: tuple[str, str]) -> ServiceCall:
    return ServiceCall("sqs", "", "POST", "/1/q", (), headers, b"Action=SendMessage", role)


def test_a_url_is_called_as_it_is(server: Server) -> None:
    headers = (("X-A", "1"), ("X-A", "2"), ("Accept", "*/*"))
    answer = calls(server)(HttpCall("PUT", f"{server.url}/p?q=1", headers, b"body"))
    said = json.loads(answer.body)
    assert (answer.status, said["path"], said["body"]) == (201, "/p?q=1", "body")
    assert said["headers"]["X-A"] == "1, 2"
    assert "Authorization" not in said["headers"]
    assert [value for name, value in answer.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "ftp://127.0.0.1/", "nothing"])
def test_a_url_where_nobody_answers(server: Server, url: str) -> None:
    with pytest.raises(EndpointError):
        calls(server)(HttpCall("GET", url, (), b""))


def test_x73_a_service_is_called_with_the_credentials_of_the_role(server: Server) -> None:
    made = calls(server)
    answers = [json.loads(made(service(ROLE)).body) for _ in range(2)]
    for said in answers:
        assert "Credential=ASIAROLE/" in said["headers"]["Authorization"]
        assert "/us-east-1/sqs/aws4_request" in said["headers"]["Authorization"]
        assert said["headers"]["X-Amz-Security-Token"] == "token-of-the-role"
        assert (said["path"], said["body"]) == ("/1/q", "Action=SendMessage")
    (assumed,) = server.assumed
    assert assumed["RoleArn"] == [ROLE]
    assert assumed["RoleSessionName"] == ["BackplaneAssumeRoleSession"]


def test_h69_an_operation_is_called_with_the_credentials_of_the_role(server: Server) -> None:
    call = OperationCall("stepfunctions", "StartExecution", {"StateMachineArn": "a"}, ROLE)
    said = json.loads(calls(server)(call).body)
    assert "Credential=ASIAROLE/" in said["headers"]["Authorization"]
    assert json.loads(said["body"]) == {"stateMachineArn": "a"}


def test_without_a_role_it_is_the_account(server: Server) -> None:
    said = json.loads(calls(server)(service(None)).body)
    assert "Credential=test/" in said["headers"]["Authorization"]
    assert not server.assumed


def test_a_role_that_cannot_be_assumed(server: Server) -> None:
    with pytest.raises(RoleError, match="nobody cannot be assumed"):
        calls(server)(service("arn:aws:iam::000000000000:role/nobody"))


@pytest.mark.parametrize(
    ("accept", "kind"), [("application/json", "application/json"), ("*/*", "text/xml")]
)
def test_x73_who_accepts_json_has_xml_as_json(server: Server, accept: str, kind: str) -> None:
    server.answer, server.content_type = b"<R><Id>7</Id></R>", "text/xml"
    answer = calls(server)(service(None, ("Accept", accept)))
    assert answer.header("content-type") == kind
    assert answer.body == (b'{"R":{"Id":"7"}}' if kind == "application/json" else server.answer)
