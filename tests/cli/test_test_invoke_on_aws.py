"""The Test call on AWS, where no emulator answers it: what API Gateway is asked."""

from typing import Any

import boto3
from botocore.stub import Stubber
from visitplannr.cli.test_invoke import call_aws
from visitplannr.gateway.rest_api.method_test import MethodTest


def client() -> Any:
    make: Any = boto3.client
    return make(
        "apigateway", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )


RESOURCES = {"items": [{"id": "r00t", "path": "/"}, {"id": "d35t", "path": "/destination"}]}


def test_the_resource_is_named_by_its_id() -> None:
    apigateway = client()
    answer = {"status": 200, "latency": 5, "body": "OK", "headers": {"A": "b"}, "log": "…"}
    with Stubber(apigateway) as aws:
        aws.add_response("get_resources", RESOURCES, {"restApiId": "api"})
        aws.add_response(
            "test_invoke_method",
            answer,
            {
                "restApiId": "api",
                "resourceId": "d35t",
                "httpMethod": "POST",
                "pathWithQueryString": "/destination?a=1",
                "headers": {"H": "v"},
                "body": "{}",
            },
        )
        test = MethodTest("POST", "/destination", "/destination?a=1", {"H": "v"}, "{}")
        assert call_aws(apigateway, "api", test) == answer
