"""Integrations of REST APIs, as OpenAPI says them."""

from typing import Any

from gateway.integrated import LAMBDA

DEFAULT: dict[str, Any] = {"default": {"statusCode": "200"}}


URL = "http://there.example/{id}"


def lambda_(**settings: Any) -> dict[str, Any]:
    return {"type": "aws", "httpMethod": "POST", "uri": LAMBDA, "responses": DEFAULT, **settings}


def http(**settings: Any) -> dict[str, Any]:
    return {"type": "http", "httpMethod": "ANY", "uri": URL, "responses": DEFAULT, **settings}
