import asyncio
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from visitplannr.gateway import app as gateway_app
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.http_protocol import server_config
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import (
    Application,
    Function,
    HttpApi,
    Resource,
    RestApi,
    Throttle,
)
from visitplannr.model.invocation import InvocationResult
from visitplannr.template.source import load
from visitplannr.template.transform import transform
from visitplannr.up.local_api import beside
from visitplannr.up.local_app import local_app

OURS = re.compile(rb"\S+ /(_local|2015-03-31|2021-11-15|2014-11-13)/")
ANY = "x-amazon-apigateway-any-method"
PROXY = {"x-amazon-apigateway-integration": {"type": "aws_proxy"}}
PRIVATE = {
    "x-amazon-apigateway-integration": {"type": "http_proxy", "connectionType": "VPC_LINK"},
}
PATHS: dict[str, dict[str, Any]] = {
    "/": {"get": PROXY},
    "/users": {"get": PROXY, "post": PROXY, ANY: PROXY},
    "/users/{id}": {"get": PROXY},
    "/users/me": {"get": PROXY},
    "/users/{id}/pets/{pet}": {"get": PROXY},
    "/files/{proxy+}": {ANY: PROXY},
    "/files/static": {"get": PROXY},
    "/elsewhere": {"get": PRIVATE},
    "/nowhere": {"get": PROXY},
}


FUNCTION = Function(
    logical_id="Function",
    name="function",
    arn="arn:aws:lambda:us-east-1:123456789012:function:function",
    handler="app.handler",
    runtime="python3.13",
    code=Path(),
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    def json(self) -> Any:
        return json.loads(self.body)


def hearing(reports: list[str]) -> Callable[[Exchange], None]:
    """Hear why requests failed."""

    def hear(exchange: Exchange) -> None:
        if exchange.explanation:
            reports.append(exchange.line())

    return hear


class Gateway:
    """A real gateway on a real socket, whose function answers what `result` says."""

    def __init__(
        self,
        document: Mapping[str, Any] = MappingProxyType({"paths": PATHS}),
        jwks: str | None = None,
        **settings: Any,
    ) -> None:
        self.result: bytes | Exception | None = None
        self.function_error: str | None = None
        self.reports: list[str] = []
        self.delay = 0.0
        self.log: tuple[str, ...] = ()
        self.submitted: list[tuple[str, bytes, str | None]] = []
        self.asked: list[Any] = []
        self.decision: Any = None
        self.authorizer_error: str | None = None
        http = "openapi" in document
        schemes = document.get("components", {}).get("securitySchemes", {})
        api = (HttpApi if http else RestApi)(
            logical_id="Api",
            api_id="abcdefghij",
            account_id="123456789012",
            document=document,
            integrations={
                (path, "ANY" if key == ANY else key.upper()): "function"
                for path, methods in document["paths"].items()
                for key in methods
                if path != "/nowhere"
            },
            authorizers=dict.fromkeys(
                [*document.get("securityDefinitions", {}), *schemes], "authorizer"
            ),
            **{"stage": "$default" if http else "Prod", **settings},
        )
        alias = Resource("Live", "AWS::Lambda::Alias", f"{FUNCTION.arn}:live", "CREATE_COMPLETE")
        version = Resource("One", "AWS::Lambda::Version", f"{FUNCTION.arn}:1", "CREATE_COMPLETE")
        table = Resource("Table", "AWS::DynamoDB::Table", "table-1", "CREATE_COMPLETE")
        application = Application(
            "stack",
            "us-east-1",
            "123456789012",
            functions=(FUNCTION,),
            resources=(table, alias, version),
            outputs={},
            apis=(api,),
        )
        theirs = gateway_app.Gateway(
            application, self.invoke, hearing(self.reports), GatewaySettings(lambda _: jwks)
        )
        ours = local_app(application, self, {"status": "ready"}, theirs.history)
        self._listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        self.port, self.console_port = (one.getsockname()[1] for one in self._listeners)
        app = beside(ours, theirs, self.console_port)
        self._server = uvicorn.Server(server_config(app))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        for listener in self._listeners:
            listener.close()

    def send(self, request: bytes, port: int | None = None) -> Answer:
        """Send raw bytes; `HOST` in them becomes the Host header; one request a connection."""
        name = "localhost" if OURS.match(request) else "shop.example.com"
        host = f"Host: {name}:{self.port}\r\nConnection: close\r\n".encode()
        with socket.create_connection(("127.0.0.1", port or self.port), timeout=30) as connection:
            connection.sendall(request.replace(b"HOST\r\n", host))
            received = b""
            while data := connection.recv(65536):
                received += data
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = tuple((line.split(": ", 1)[0], line.split(": ", 1)[1]) for line in lines)
        return Answer(int(first.split()[1]), pairs, body)

    def get(self, path: str, *headers: str, method: str = "GET") -> Answer:
        lines = "".join(f"{line}\r\n" for line in headers)
        return self.send(f"{method} {path} HTTP/1.1\r\nHOST\r\n{lines}\r\n".encode())

    def post(self, body: bytes, *headers: str, path: str = "/users") -> Answer:
        lines = "".join(f"{line}\r\n" for line in (*headers, f"Content-Length: {len(body)}"))
        return self.send(f"POST {path} HTTP/1.1\r\nHOST\r\n{lines}\r\n".encode() + body)

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=self._listeners))

    async def submit(
        self, function: str, payload: bytes, client_context: str | None = None, **_: str | None
    ) -> str:
        self.submitted.append((function, payload, client_context))
        return "request-id"

    async def invoke(self, function: str, payload: bytes, **_: Any) -> InvocationResult:
        if function == "authorizer":
            self.asked.append(json.loads(payload))
            error = self.authorizer_error
            return InvocationResult("id", json.dumps(self.decision).encode(), error)
        assert function.partition(":")[0] == "function"
        await asyncio.sleep(self.delay)
        if isinstance(self.result, Exception):
            raise self.result
        echo = json.dumps({"statusCode": 200, "body": payload.decode()}).encode()
        logged: asyncio.Future[tuple[str, ...]] = asyncio.get_running_loop().create_future()
        logged.set_result(self.log)
        return InvocationResult(
            "lambda-request-id", self.result or echo, self.function_error, logged
        )


@pytest.fixture(scope="session")
def shared_gateway() -> Iterator[Gateway]:
    gateway = Gateway()
    yield gateway
    gateway.close()


@pytest.fixture
def gateway(shared_gateway: Gateway) -> Gateway:
    shared_gateway.result = None
    shared_gateway.function_error = None
    shared_gateway.delay = 0.0
    shared_gateway.reports.clear()
    return shared_gateway


def serving(template: str, **settings: Any) -> Gateway:
    """Serve the document that the SAM transform makes of the API in a template."""
    transformed = transform(load(Path(__file__).with_name(template)), "us-east-1")
    return Gateway(transformed["Resources"]["Shop"]["Properties"]["Body"], **settings)


@pytest.fixture(scope="session")
def shop() -> Iterator[Gateway]:
    gateway = serving("shop.yaml")
    yield gateway
    gateway.close()


@pytest.fixture(scope="session")
def guarded_shop(jwt_keys: str) -> Iterator[Gateway]:
    gateway = serving("guarded_shop.yaml", jwks=jwt_keys)
    yield gateway
    gateway.close()


@pytest.fixture
def guarded(guarded_shop: Gateway) -> Gateway:
    guarded_shop.asked.clear()
    guarded_shop.reports.clear()
    guarded_shop.decision = None
    guarded_shop.authorizer_error = None
    return guarded_shop


@pytest.fixture(scope="session")
def binary_gateway() -> Iterator[Gateway]:
    gateway = Gateway(
        binary_media_types=("image/png", "application/*"), stage_variables={"colour": "blue"}
    )
    yield gateway
    gateway.close()


@pytest.fixture(scope="session")
def jwt_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def jwt_keys(jwt_key: rsa.RSAPrivateKey, tmp_path_factory: pytest.TempPathFactory) -> str:
    keys = tmp_path_factory.mktemp("keys") / "jwks.json"
    public = json.loads(RSAAlgorithm.to_jwk(jwt_key.public_key()))
    keys.write_text(json.dumps({"keys": [{**public, "kid": "key-1", "use": "sig"}]}))
    return str(keys)


@pytest.fixture(scope="session")
def http_shop(jwt_keys: str) -> Iterator[Gateway]:
    gateway = serving(
        "http_shop.yaml",
        jwks=jwt_keys,
        stage_variables={"colour": "blue"},
        throttles={"/slow/GET": Throttle(rate=0.001, burst=2)},
    )
    yield gateway
    gateway.close()


@pytest.fixture
def http(http_shop: Gateway) -> Gateway:
    http_shop.result = None
    http_shop.function_error = None
    http_shop.delay = 0.0
    http_shop.asked.clear()
    http_shop.reports.clear()
    http_shop.decision = None
    http_shop.authorizer_error = None
    return http_shop
