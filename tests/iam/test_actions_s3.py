"""S3's calls: actions and ARNs of buckets and objects (iam.md I30, I31)."""

from typing import Any

import pytest
from visitplannr.iam.actions import checks
from visitplannr.iam.actions.call import Call, Check, NothingKnown

BUCKET = "arn:aws:s3:::photos"


def found(operation: str, **given: Any) -> list[Check] | None:
    call = Call("s3", operation, {"Bucket": "photos", **given}, "000000000000", "eu-west-1")
    result = checks(call, NothingKnown())
    return None if result is None else list(result)


def single(operation: str, **given: Any) -> Check:
    result = found(operation, **given)
    assert result is not None
    (check,) = result
    return check


ROWS: list[Any] = [
    ("GetObject", {"Key": "a/b"}, ["GetObject a/b"]),
    ("HeadObject", {"Key": "a"}, ["GetObject a"]),
    ("GetObject", {"Key": "a", "VersionId": "1"}, ["GetObjectVersion a"]),
    ("HeadObject", {"Key": "a", "VersionId": "1"}, ["GetObjectVersion a"]),
    ("DeleteObject", {"Key": "a"}, ["DeleteObject a"]),
    ("DeleteObject", {"Key": "a", "VersionId": "1"}, ["DeleteObjectVersion a"]),
    ("GetObjectTagging", {"Key": "a", "VersionId": "1"}, ["GetObjectVersionTagging a"]),
    ("PutObjectAcl", {"Key": "a"}, ["PutObjectAcl a"]),
    ("GetObjectAttributes", {"Key": "a"}, ["GetObject a", "GetObjectAttributes a"]),
    ("PutObject", {"Key": "a"}, ["PutObject a"]),
    ("PutObject", {"Key": "a", "Tagging": "x=y", "ACL": "private"},
     ["PutObject a", "PutObjectTagging a", "PutObjectAcl a"]),
    ("PutObject", {"Key": "a", "ObjectLockMode": "GOVERNANCE", "ObjectLockLegalHoldStatus": "ON"},
     ["PutObject a", "PutObjectRetention a", "PutObjectLegalHold a"]),
    ("CreateMultipartUpload", {"Key": "a", "GrantRead": "x"}, ["PutObject a", "PutObjectAcl a"]),
    ("UploadPart", {"Key": "a"}, ["PutObject a"]),
    ("CompleteMultipartUpload", {"Key": "a"}, ["PutObject a"]),
    ("AbortMultipartUpload", {"Key": "a"}, ["AbortMultipartUpload a"]),
    ("ListParts", {"Key": "a"}, ["ListMultipartUploadParts a"]),
    ("DeleteObjects", {"Delete": {"Objects": [{"Key": "a"}, {"Key": "b", "VersionId": "1"}]}},
     ["DeleteObject a", "DeleteObjectVersion b"]),
    ("CopyObject", {"Key": "a", "CopySource": "/photos/b%20c"}, ["GetObject b c", "PutObject a"]),
    ("CopyObject", {"Key": "a", "CopySource": "photos/b?versionId=1"},
     ["GetObjectVersion b", "PutObject a"]),
    ("UploadPartCopy", {"Key": "a", "CopySource": {"Bucket": "photos", "Key": "b"}},
     ["GetObject b", "PutObject a"]),
    ("CopyObject", {"Key": "a", "CopySource": "photos"}, None),
    ("GetObject", {}, None),
    ("DeleteObjects", {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "given", "expected"), ROWS)
def test_i30_objects(operation: str, given: Any, expected: list[str] | None) -> None:
    checked = found(operation, **given)
    assert (checked is None) is (expected is None)
    assert [
        f"{check.action.removeprefix('s3:')} {check.resource.removeprefix(f'{BUCKET}/')}"
        for check in checked or ()
    ] == (expected or [])


BUCKETS = {
    "ListObjectsV2": "ListBucket",
    "ListObjects": "ListBucket",
    "HeadBucket": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "CreateBucket": "CreateBucket",
    "GetBucketCors": "GetBucketCORS",
    "DeleteBucketCors": "PutBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
}


@pytest.mark.parametrize(("operation", "action"), BUCKETS.items())
def test_i31_buckets(operation: str, action: str) -> None:
    assert found(operation) == [Check(f"s3:{action}", BUCKET)]


def test_i31_all_buckets() -> None:
    assert found("ListBuckets") == [Check("s3:ListAllMyBuckets", "*")]


def test_i31_what_is_listed_and_written_can_be_a_condition() -> None:
    listed = single("ListObjectsV2", Prefix="a/", Delimiter="/", MaxKeys=5)
    assert listed.context == {"s3:prefix": "a/", "s3:delimiter": "/", "s3:max-keys": 5}
    put = single("PutObject", Key="a", ServerSideEncryption="aws:kms")
    assert put.context == {"s3:x-amz-server-side-encryption": "aws:kms"}


def test_i30_objects_behind_an_access_point() -> None:
    point = "arn:aws:s3:eu-west-1:000000000000:accesspoint/mine"
    check = single("GetObject", Bucket=point, Key="a")
    assert check.resource == f"{point}/object/a"
