"""The bucket of a stack's bundles: private, encrypted, and of this account."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypedDict, cast

from botocore.exceptions import ClientError

from visitplannr.backend.endpoint import Backend

if TYPE_CHECKING:
    from mypy_boto3_s3.literals import BucketLocationConstraintType
    from mypy_boto3_s3.type_defs import (
        CreateBucketRequestTypeDef,
        ObjectIdentifierTypeDef,
        ServerSideEncryptionRuleTypeDef,
    )

_MOST_AT_ONCE = 1000


class _Here(TypedDict):
    """What each request names: the bucket, and whose it has to be."""

    Bucket: str
    ExpectedBucketOwner: str


class Bucket:
    """One bucket. Each request names its owner: names can be guessed, so others may have taken it.

    Errors of S3 are botocore's.
    """

    def __init__(self, backend: Backend, name: str) -> None:
        self.name = name
        self._region = backend.region
        self._client = backend.client("s3")
        self._here: _Here = {"Bucket": name, "ExpectedBucketOwner": backend.account_id}

    def exists(self) -> bool:
        """Say whether it is there."""
        return _found(lambda: self._client.head_bucket(**self._here))

    def ensure(self) -> None:
        """Make it if it is not there."""
        if self.exists():
            return
        request: CreateBucketRequestTypeDef = {"Bucket": self.name}
        if self._region != "us-east-1":
            request["CreateBucketConfiguration"] = {
                "LocationConstraint": cast("BucketLocationConstraintType", self._region)
            }
        self._client.create_bucket(**request)
        self._client.put_public_access_block(
            **self._here,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )
        rule: ServerSideEncryptionRuleTypeDef = {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}
        }
        self._client.put_bucket_encryption(
            **self._here, ServerSideEncryptionConfiguration={"Rules": [rule]}
        )

    def put(self, key: str, content: bytes) -> None:
        """Put an object that is named after its content, unless it is there."""
        if not _found(lambda: self._client.head_object(**self._here, Key=key)):
            self._client.put_object(**self._here, Key=key, Body=content)

    def url(self, key: str) -> str:
        """Give the address of an object, as CloudFormation wants it."""
        return f"{self._client.meta.endpoint_url}/{self.name}/{key}"

    def empty(self, prefix: str) -> None:
        """Delete the objects below a prefix, with all their versions."""
        objects = list(self._versions(prefix))
        for start in range(0, len(objects), _MOST_AT_ONCE):
            batch = objects[start : start + _MOST_AT_ONCE]
            self._client.delete_objects(**self._here, Delete={"Objects": batch})

    def delete(self) -> None:
        """Delete it; S3 refuses that of one that is not empty."""
        self._client.delete_bucket(**self._here)

    def _versions(self, prefix: str) -> "Iterator[ObjectIdentifierTypeDef]":
        pages = self._client.get_paginator("list_object_versions")
        for page in pages.paginate(**self._here, Prefix=prefix):
            for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                yield {"Key": item["Key"], "VersionId": item["VersionId"]}


def _found(head: Callable[[], object]) -> bool:
    try:
        head()
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True
