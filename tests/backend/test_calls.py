"""Which AWS call a request is: what botocore writes in each protocol is read back."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import boto3
import botocore.model
import botocore.serialize
import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from visitplannr.backend.server.calls import WireCall, read_call
from visitplannr.backend.server.wire import Credentials, WireRequest, credentials_of
from visitplannr.iam.actions import SERVICES

SESSION = botocore.session.Session()


def model_of(service: str) -> botocore.model.ServiceModel:
    return SESSION.get_service_model(service)


def sample(shape: botocore.model.Shape, name: str, depth: int = 0) -> Any:
    """Make a value of a shape: texts are the names of their members, in capitals where nested."""
    if isinstance(shape, botocore.model.StructureShape):
        members = shape.members.items() if depth < 3 else ()
        return {key: sample(member, key.upper(), depth + 1) for key, member in members}
    if isinstance(shape, botocore.model.ListShape):
        return [sample(shape.member, name, depth + 1)]
    if isinstance(shape, botocore.model.MapShape):
        return {"x": sample(shape.value, name, depth + 1)}
    return {"string": name, "boolean": True, "blob": b"{}", "timestamp": 1.0}.get(
        shape.type_name, 1
    )


def written(service: str, operation: str, parameters: Mapping[str, Any]) -> WireRequest:
    """Let botocore write a request."""
    model = model_of(service)
    serializer = botocore.serialize.create_serializer(model.resolved_protocol, False)
    request = serializer.serialize_to_request(parameters, model.operation_model(operation))
    body, headers = request["body"], {k.lower(): v for k, v in request["headers"].items()}
    if isinstance(body, dict):
        body, headers["content-type"] = (
            urlencode(body).encode(),
            "application/x-www-form-urlencoded",
        )
    query = request["query_string"]
    path, _, literals = request["url_path"].partition("?")
    query = query if isinstance(query, str) else urlencode(query)
    return WireRequest(
        request["method"], path, "&".join(filter(None, [literals, query])), headers, body
    )


def required(service: str, operation: str) -> dict[str, Any]:
    shape = model_of(service).operation_model(operation).input_shape
    names = shape.required_members if shape else []
    return {name: sample(shape.members[name], name, 1) for name in names} if shape else {}


def signing_name(service: str) -> str:
    return str(model_of(service).signing_name)


def read_back(service: str, operation: str) -> dict[str, Any]:
    """Say what of a written request is not read as it was meant; nothing, if all is."""
    parameters = required(service, operation)
    call = read_call(written(service, operation, parameters), signing_name(service))
    if call is None or (call.service, call.operation) != (service, operation):
        return {"read as": call}
    read = {"Bucket", "Key", "CopySource"} if service == "s3" else set(parameters)
    texts = {name: value for name, value in parameters.items() if isinstance(value, str)}
    found = {name: call.parameters.get(name) for name in texts if name in read}
    return {name: value for name, value in found.items() if value != texts[name]}


@pytest.mark.parametrize("service", SERVICES)
def test_what_botocore_writes_is_read(service: str) -> None:
    assert SERVICES[service]
    misread = {operation: read_back(service, operation) for operation in SERVICES[service]}
    assert {operation: found for operation, found in misread.items() if found} == {}


def call(service: str, operation: str, **parameters: Any) -> Mapping[str, Any] | None:
    found = read_call(written(service, operation, parameters), signing_name(service))
    return found.parameters if found else None


def test_parameters_of_json_calls_are_whole() -> None:
    item = {"id": {"S": "ada"}, "tags": {"L": [{"S": "é"}]}}
    assert call("dynamodb", "PutItem", TableName="a", Item=item) == {"TableName": "a", "Item": item}


def test_parameters_of_query_calls_are_texts_and_lists() -> None:
    assert call("cloudformation", "DescribeStacks", StackName="s p&c") == {
        "Action": "DescribeStacks",
        "Version": "2010-05-15",
        "StackName": "s p&c",
    }
    request = WireRequest("GET", "/", "Action=DeleteAlarms&AlarmNames.member.1=a&AlarmNames.2=b",
                          {}, b"")  # fmt: skip
    found = read_call(request, "monitoring")
    assert found == WireCall(
        "cloudwatch", "DeleteAlarms", {"Action": "DeleteAlarms", "AlarmNames": ["a", "b"]}
    )


S3: list[Any] = [
    ("PUT", "/photos/a%20b/c", "", {}, "PutObject", {"Bucket": "photos", "Key": "a b/c"}),
    ("PUT", "/photos/a", "", {"x-amz-copy-source": "x/y"}, "CopyObject",
     {"Bucket": "photos", "Key": "a", "CopySource": "x/y"}),
    ("PUT", "/photos/a", "partNumber=1&uploadId=u", {}, "UploadPart",
     {"Bucket": "photos", "Key": "a", "PartNumber": "1", "UploadId": "u"}),
    ("GET", "/photos/a", "uploadId=u", {}, "ListParts",
     {"Bucket": "photos", "Key": "a", "UploadId": "u"}),
    ("GET", "/photos/a", "versionId=7", {}, "GetObject",
     {"Bucket": "photos", "Key": "a", "VersionId": "7"}),
    ("GET", "/photos/a", "X-Amz-Signature=x", {}, "GetObject", {"Bucket": "photos", "Key": "a"}),
    ("GET", "/photos", "prefix=a%2F", {}, "ListObjects", {"Bucket": "photos", "Prefix": "a/"}),
    ("GET", "/photos/", "list-type=2", {}, "ListObjectsV2", {"Bucket": "photos"}),
    ("GET", "/photos", "acl", {}, "GetBucketAcl", {"Bucket": "photos"}),
    ("GET", "/photos/a", "acl=", {}, "GetObjectAcl", {"Bucket": "photos", "Key": "a"}),
    ("GET", "/a", "", {"host": "photos.localhost:4566"}, "GetObject",
     {"Bucket": "photos", "Key": "a"}),
    ("GET", "/a", "", {"host": "my.photos.s3.eu-west-1.amazonaws.com"}, "GetObject",
     {"Bucket": "my.photos", "Key": "a"}),
    ("GET", "/", "", {"host": "photos.s3.localhost"}, "ListObjects", {"Bucket": "photos"}),
    ("GET", "/photos", "", {"host": "s3.localhost"}, "ListObjects", {"Bucket": "photos"}),
    ("GET", "/", "", {"host": "127.0.0.1:4566"}, "ListBuckets", {}),
    ("PUT", "/photos/a", "", {"x-amz-tagging": "a=b", "x-amz-acl": "private"}, "PutObject",
     {"Bucket": "photos", "Key": "a", "Tagging": "a=b", "ACL": "private"}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "query", "headers", "operation", "parameters"), S3)
def test_s3_is_told_by_method_path_query_and_headers(
    method: str, path: str, query: str, headers: Any, operation: str, parameters: Any
) -> None:
    found = read_call(WireRequest(method, path, query, headers, b"body"), "s3")
    assert found == WireCall("s3", operation, parameters)


def test_objects_to_delete_are_read_from_xml() -> None:
    objects = [{"Key": "a&b"}, {"Key": "c", "VersionId": "1"}]
    found = call("s3", "DeleteObjects", Bucket="photos", Delete={"Objects": objects})
    assert found == {"Bucket": "photos", "Delete": {"Objects": objects}}


def test_an_event_for_a_function_says_nothing_about_the_call() -> None:
    payload = b'{"FunctionName": "other", "Qualifier": "other", "Payload": "x"}'
    found = call("lambda", "Invoke", FunctionName="f", Payload=payload)
    assert found == {"FunctionName": "f"}
    arn = "arn:aws:lambda:r:0:function:f"
    assert call("lambda", "Invoke", FunctionName=arn, Qualifier="live") == {
        "FunctionName": arn,
        "Qualifier": "live",
    }


def test_cbor_is_read() -> None:
    path = "/service/GraniteServiceVersion20100801/operation/PutMetricData"
    request = WireRequest("POST", path, "", {}, b"\xa1\x69Namespace\x61n")
    expected = WireCall("cloudwatch", "PutMetricData", {"Namespace": "n"})
    assert read_call(request, "monitoring") == expected


NOT_TOLD: list[Any] = [
    ("s3", "PATCH", "/photos/a", {}),
    ("dynamodb", "POST", "/", {"x-amz-target": "DynamoDB_20120810.Nonsense"}),
    ("dynamodb", "POST", "/", {"x-amz-target": "Other_20120810.PutItem"}),
    ("sqs", "POST", "/", {}),
    ("nonsense", "GET", "/", {}),
    ("lambda", "GET", "/elsewhere", {}),
]


@pytest.mark.parametrize(("name", "method", "path", "headers"), NOT_TOLD)
def test_what_cannot_be_told_is_none(name: str, method: str, path: str, headers: Any) -> None:
    assert read_call(WireRequest(method, path, "", headers, b""), name) is None


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["s3", "dynamodb", "sqs", "sns", "lambda", "monitoring", "ses"]),
    st.sampled_from(["GET", "POST", "PUT"]),
    st.text(st.sampled_from("/%a{}+"), max_size=8).map("/".__add__),
    st.text(st.sampled_from("Action=&.1%;?"), max_size=12),
    st.dictionaries(
        st.sampled_from(["x-amz-target", "content-type", "host"]),
        st.sampled_from(["", "DynamoDB_20120810.PutItem", "application/x-www-form-urlencoded"]),
    ),
    st.binary(max_size=12) | st.sampled_from([b"[", b"[]", b'{"a"', b"<Object>", b"Action=x"]),
)
def test_no_request_is_an_error_of_ours(
    name: str, method: str, path: str, query: str, headers: Any, body: bytes
) -> None:
    read_call(WireRequest(method, path, query, headers, body), name)
    read_call(WireRequest("POST", "/service/x/operation/PutMetricData", query, headers, body), name)
    credentials_of(WireRequest(method, path, query, headers, body))


def client() -> Any:
    return boto3.client(
        "s3",
        region_name="eu-west-1",
        endpoint_url="http://127.0.0.1:9",
        aws_access_key_id="ASIAEXAMPLE",
        aws_secret_access_key="secret",
        aws_session_token="token/+=",
    )


SIGNED = Credentials("ASIAEXAMPLE", "token/+=", "eu-west-1", "s3")


def test_who_signs_a_request() -> None:
    seen: list[WireRequest] = []

    class SeenError(Exception):
        """Raise instead of sending."""

    def keep(request: Any, **_: Any) -> None:
        parts = urlsplit(request.url)
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else str(value)
            for name, value in request.headers.items()
        }
        seen.append(WireRequest(request.method, parts.path, parts.query, headers, b""))
        raise SeenError

    s3 = client()
    s3.meta.events.register("before-send.s3.GetObject", keep)
    with pytest.raises(SeenError):
        s3.get_object(Bucket="photos", Key="a")
    (request,) = seen
    assert credentials_of(request) == SIGNED
    found = read_call(request, "s3")
    assert found is not None
    assert (found.operation, found.parameters["Key"]) == ("GetObject", "a")


def test_who_signed_an_address() -> None:
    address = client().generate_presigned_url("get_object", Params={"Bucket": "p", "Key": "a"})
    parts = urlsplit(address)
    request = WireRequest("GET", parts.path, parts.query, {"host": parts.netloc}, b"")
    found = credentials_of(request)
    assert found is None or found == SIGNED
    assert read_call(request, "s3") is not None


@pytest.mark.parametrize("header", ["", "Basic x", "AWS4-HMAC-SHA256 Credential=AKID, Signature=x"])
def test_what_is_not_signed_is_nobodys(header: str) -> None:
    assert credentials_of(WireRequest("GET", "/", "", {"authorization": header}, b"")) is None
