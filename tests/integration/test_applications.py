"""Applications that are not ours, run as they are, on the backend of the running stack."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from integration.running import ROOT, Emulated, Stack, descendants, up, wait_until_gone
from jwt.algorithms import RSAAlgorithm

APPLICATIONS = ROOT / "tests" / "integration" / "applications"


@contextmanager
def running(name: str, backend: Emulated, state: Path, *arguments: str) -> Iterator[Stack]:
    """Start an application, with a state folder of its own."""
    template = str(APPLICATIONS / name / "template.yaml")
    place = ("--template", template, "--endpoint-url", backend.endpoint_url)
    with up(state, *place, *arguments) as application:
        yield application.ready()


@pytest.fixture(scope="module")
def assorted(stack: Emulated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One application for all that can live in one."""
    with running("assorted", stack, tmp_path_factory.mktemp("assorted")) as application:
        yield application


def test_a_function_reaches_services_beyond_its_tables(assorted: Stack) -> None:
    answer = assorted.http.post("/messages", content="hello")
    assert (answer.status_code, answer.text) == (200, "hello")


def test_an_explicit_api_with_authorizer_cors_and_binary(assorted: Stack) -> None:
    assorted.wait_for(r"GET /signed: AWS_IAM is accepted, not verified locally\.")

    refused = assorted.http.get("/picture", headers={"Authorization": "please"})
    assert (refused.status_code, refused.json()) == (401, {"message": "Unauthorized"})
    png = {"Accept": "image/png"}
    answer = assorted.http.get("/picture", headers={"Authorization": "open sesame", **png})
    assert (answer.status_code, answer.content) == (200, b"\x89PNG")
    assert answer.headers["X-Colour"] == "blue"
    preflight = assorted.http.options("/picture", headers={"Origin": "https://example.com"})
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert assorted.http.get("/signed", headers=png).status_code == 200


def test_apis_that_take_the_tokens_of_a_user_pool(assorted: Stack) -> None:
    pool, client = assorted.physical_id("Users"), assorted.physical_id("Desk")
    users = assorted.client("cognito-idp")
    users.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    users.admin_set_user_password(
        UserPoolId=pool, Username="ada", Password="Passw0rd!", Permanent=True
    )
    tokens = users.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Passw0rd!"},
    )["AuthenticationResult"]
    for path in ("/rest-club", "/http-club"):
        assert assorted.http.get(path).status_code == 401
        answer = assorted.http.get(path, headers={"Authorization": tokens["IdToken"]})
        assert answer.json()["cognito:username"] == "ada"
    of_access = {"Authorization": tokens["AccessToken"]}
    assert assorted.http.get("/rest-club", headers=of_access).status_code == 401


def test_an_http_api_with_cors_tokens_and_a_default_route(stack: Emulated, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    keys = tmp_path / "jwks.json"
    public = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    keys.write_text(json.dumps({"keys": [{**public, "kid": "key-1"}]}))
    with running("members", stack, tmp_path, "--jwks", str(keys)) as application:
        assert application.http.get("/members/ada").json() == {"name": "ada", "who": {}}
        rest = application.http.get("/any/where")
        assert (rest.status_code, rest.text) == (404, "/any/where")
        assert rest.headers.get_list("set-cookie") == ["seen=1", "by=us"]
        assert application.http.get("/old").text == "GET"

        guarded = {
            user: application.http.get("/guarded", headers={"X-User": user}) for user in "ab"
        }
        assert [answer.status_code for answer in guarded.values()] == [403, 403]
        allowed = application.http.get("/guarded", headers={"X-User": "ada"})
        assert allowed.json()["who"] == {"lambda": {"team": "red"}}

        claims = {"aud": "members", "exp": 4_000_000_000, "iss": issuer(application)}
        token = jwt.encode(claims, key, algorithm="RS256", headers={"kid": "key-1"})
        assert application.http.get("/token").status_code == 401
        answer = application.http.get("/token", headers={"Authorization": f"Bearer {token}"})
        assert answer.json()["who"]["jwt"]["claims"]["aud"] == "members"

        asked = {
            "Origin": "https://members.example.com",
            "Access-Control-Request-Method": "GET",
        }
        preflight = application.http.options("/token", headers=asked)
        assert preflight.status_code == 204
        assert preflight.headers["Access-Control-Allow-Origin"] == "https://members.example.com"


def issuer(stack: Stack) -> str:
    resources = stack.http.get("/_local/resources").json()
    pool = next(item["physical_id"] for item in resources if item["logical_id"] == "Pool")
    return f"https://issuer.example.com/{pool}"


def test_apis_from_openapi_documents(stack: Emulated, tmp_path: Path) -> None:
    with running("described", stack, tmp_path) as application:
        assert application.http.get("/file").text == "live /file"
        assert application.http.get("/included").text == "$default GET /included"
        assert application.http.get("/plain/a").text == "v1 /plain/{proxy+}"


def test_an_api_with_keys_a_quota_and_a_throttled_method(assorted: Stack) -> None:
    key = assorted.client("apigateway").get_api_keys(includeValues=True)["items"][0]
    headers = {"X-Api-Key": key["value"]}
    assert assorted.http.get("/keyed").status_code == 403
    assert assorted.http.get("/keyed", headers=headers).text == key["id"]
    answers = [assorted.http.get("/keyed", headers=headers).status_code for _ in range(2)]
    assert answers == [200, 429]
    assert [assorted.http.get("/slow").status_code for _ in range(2)] == [200, 429]


def test_a_layer_json_logs_and_a_node_function(assorted: Stack) -> None:
    assert assorted.http.get("/speak").text == "hello from a layer"
    assert assorted.http.get("/call").text == "called /call"
    assorted.wait_for(r'^Speaker \S+ \{.*"level": "INFO", "message": "speaking"')
    assorted.wait_for(r'^Speaker \S+ \{.*"type": "platform.report"')


def test_kill_9_reaches_what_a_function_started_in_a_session_of_its_own(assorted: Stack) -> None:
    """The last one: it ends the application."""
    pid = int(assorted.http.get("/daemon").text)
    assert pid in descendants(assorted.process.pid)
    assorted.stop(signal.SIGKILL)
    assert not wait_until_gone({pid})
