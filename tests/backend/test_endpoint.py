"""Clients of a backend: each has its service's type, so that mypy sees a wrong argument."""

from pathlib import Path
from typing import TYPE_CHECKING, assert_type

from visitplannr.backend.endpoint import Backend

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SERVICE = Path(__file__).parents[2] / "service" / "visitplannr"


def wrong(backend: Backend) -> None:
    """Hold what mypy refuses: an ignore that is not needed is an error of its own."""
    backend.client("dynamodb").describe_table(Table="x")  # type: ignore[call-arg]
    backend.client("lambda").invoke(FunctionName=1)  # type: ignore[arg-type]
    backend.client("dynamo")  # type: ignore[call-overload]


def test_a_client_is_of_the_backends_endpoint_region_and_credentials() -> None:
    client = Backend("http://127.0.0.1:9", region="eu-west-1").client("dynamodb")
    if TYPE_CHECKING:
        assert_type(client, DynamoDBClient)
    assert client.meta.endpoint_url == "http://127.0.0.1:9"
    assert client.meta.region_name == "eu-west-1"
    assert client.meta.service_model.service_name == "dynamodb"


def test_no_client_is_taken_for_anything() -> None:
    untyped = [path for path in SERVICE.rglob("*.py") if "client: Any" in path.read_text("utf-8")]
    assert not untyped
