"""S3: buckets and objects, with the names that its actions have (iam.md I30, I31)."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote

from visitplannr.iam.actions.call import Call, Check, Facts
from visitplannr.iam.actions.rows import Entry, Row, Table, anything, parameters_as_keys, table

_OBJECT_KEYS = {
    "s3:VersionId": "VersionId",
    "s3:x-amz-acl": "ACL",
    "s3:x-amz-copy-source": "CopySource",
    "s3:x-amz-metadata-directive": "MetadataDirective",
    "s3:x-amz-server-side-encryption": "ServerSideEncryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
    "s3:x-amz-storage-class": "StorageClass",
}
_LIST_KEYS = {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter", "s3:max-keys": "MaxKeys"}
_VERSIONED = {
    "GetObject": "GetObjectVersion",
    "DeleteObject": "DeleteObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "PutObjectAcl": "PutObjectVersionAcl",
    "GetObjectTagging": "GetObjectVersionTagging",
    "PutObjectTagging": "PutObjectVersionTagging",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
    "GetObjectAttributes": "GetObjectVersionAttributes",
}
_GRANTS = ("GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP")


def _bucket_arn(call: Call, bucket: str) -> str:
    return bucket if bucket.startswith("arn:") else f"arn:{call.partition}:s3:::{bucket}"


def _object_arn(call: Call, bucket: str, key: str) -> str:
    """Name an object; of an access point's ARN its objects are below `object/`."""
    arn = _bucket_arn(call, bucket)
    return f"{arn}/object/{key}" if ":accesspoint" in arn else f"{arn}/{key}"


def _bucket(call: Call, facts: Facts) -> Iterable[str] | None:
    del facts
    bucket = call.text("Bucket")
    return None if bucket is None else (_bucket_arn(call, bucket),)


def _object(call: Call, facts: Facts) -> Iterable[str] | None:
    del facts
    bucket, key = call.text("Bucket"), call.text("Key")
    return None if bucket is None or key is None else (_object_arn(call, bucket, key),)


def _on_object(*actions: str) -> Entry:
    """Make the entry of an operation on one object, or on the version that it names."""

    def entry(call: Call, facts: Facts) -> Sequence[Check] | None:
        resources = _object(call, facts)
        if resources is None:
            return None
        context = parameters_as_keys(call.parameters, _OBJECT_KEYS)
        names = [_versioned(name, call.text("VersionId")) for name in (*actions, *_also(call))]
        return [Check(f"s3:{name}", one, context) for one in resources for name in names]

    return entry


def _versioned(action: str, version: str | None) -> str:
    return _VERSIONED.get(action, action) if version else action


def _also(call: Call) -> Iterable[str]:
    """Name what a write needs besides: for its tags, its access control list, its lock."""
    if call.operation not in {"PutObject", "CopyObject", "CreateMultipartUpload"}:
        return
    if call.text("Tagging"):
        yield "PutObjectTagging"
    if call.text("ACL", *_GRANTS):
        yield "PutObjectAcl"
    if call.text("ObjectLockMode"):
        yield "PutObjectRetention"
    if call.text("ObjectLockLegalHoldStatus"):
        yield "PutObjectLegalHold"


def _copied(entry: Entry) -> Entry:
    """Add what reading the source of a copy needs."""

    def copy(call: Call, facts: Facts) -> Sequence[Check] | None:
        source, written = call.parameters.get("CopySource"), entry(call, facts)
        read = _source(call, source)
        return None if read is None or written is None else [read, *written]

    return copy


def _source(call: Call, source: object) -> Check | None:
    """Read `bucket/key?versionId=…`, or boto3's object with Bucket, Key, VersionId."""
    if isinstance(source, Mapping):
        bucket, key, version = source.get("Bucket"), source.get("Key"), source.get("VersionId")
    elif isinstance(source, str):
        path, _, version = source.partition("?versionId=")
        bucket, _, key = unquote(path).removeprefix("/").partition("/")
    else:
        return None
    if not bucket or not key:
        return None
    return Check(f"s3:{_versioned('GetObject', version)}", _object_arn(call, bucket, key))


def _delete_objects(call: Call, facts: Facts) -> Sequence[Check] | None:
    del facts
    bucket, objects = call.text("Bucket"), call.mapping("Delete").get("Objects")
    if bucket is None or not isinstance(objects, list):
        return None
    return [
        Check(
            f"s3:{_versioned('DeleteObject', one.get('VersionId'))}",
            _object_arn(call, bucket, str(one.get("Key"))),
        )
        for one in objects
        if isinstance(one, Mapping)
    ]


def _configuration(name: str) -> Row:
    """Make the row of a configuration that is read, written, and removed by writing."""
    actions = {"Get": f"Get{name}", "Put": f"Put{name}", "Delete": f"Put{name}"}
    operation = _OPERATIONS.get(name, name)
    written = " ".join(f"{verb}{operation}={action}" for verb, action in actions.items())
    return Row(_bucket, written)


_OPERATIONS = {
    "BucketCORS": "BucketCors",
    "EncryptionConfiguration": "BucketEncryption",
    "ReplicationConfiguration": "BucketReplication",
    "BucketPublicAccessBlock": "PublicAccessBlock",
}
_CONFIGURATIONS = (*_OPERATIONS, "BucketTagging", "BucketOwnershipControls")
_PLAIN = """GetObjectAcl PutObjectAcl GetObjectTagging PutObjectTagging DeleteObjectTagging
    GetObjectRetention PutObjectRetention GetObjectLegalHold PutObjectLegalHold GetObjectTorrent
    RestoreObject AbortMultipartUpload GetObject PutObject DeleteObject"""
_OTHERWISE: Mapping[str, Entry] = {
    "HeadObject": _on_object("GetObject"),
    "SelectObjectContent": _on_object("GetObject"),
    "GetObjectAttributes": _on_object("GetObject", "GetObjectAttributes"),
    "CreateMultipartUpload": _on_object("PutObject"),
    "UploadPart": _on_object("PutObject"),
    "CompleteMultipartUpload": _on_object("PutObject"),
    "ListParts": _on_object("ListMultipartUploadParts"),
    "CopyObject": _copied(_on_object("PutObject")),
    "UploadPartCopy": _copied(_on_object("PutObject")),
    "DeleteObjects": _delete_objects,
}

S3: Table = table(
    "s3",
    *(_configuration(name) for name in _CONFIGURATIONS),
    Row(anything, "ListBuckets=ListAllMyBuckets"),
    Row(
        _bucket,
        """HeadBucket=ListBucket ListObjects=ListBucket ListObjectsV2=ListBucket
        ListObjectVersions=ListBucketVersions""",
        _LIST_KEYS,
    ),
    Row(
        _bucket,
        """ListMultipartUploads=ListBucketMultipartUploads CreateBucket DeleteBucket
        GetBucketLocation GetBucketAcl PutBucketAcl GetBucketPolicy PutBucketPolicy
        DeleteBucketPolicy GetBucketPolicyStatus GetBucketVersioning PutBucketVersioning
        GetBucketWebsite PutBucketWebsite DeleteBucketWebsite GetBucketLogging PutBucketLogging
        GetBucketRequestPayment PutBucketRequestPayment
        GetBucketNotificationConfiguration=GetBucketNotification
        PutBucketNotificationConfiguration=PutBucketNotification
        GetBucketLifecycleConfiguration=GetLifecycleConfiguration
        PutBucketLifecycleConfiguration=PutLifecycleConfiguration
        DeleteBucketLifecycle=PutLifecycleConfiguration
        GetBucketAccelerateConfiguration=GetAccelerateConfiguration
        PutBucketAccelerateConfiguration=PutAccelerateConfiguration
        GetObjectLockConfiguration=GetBucketObjectLockConfiguration
        PutObjectLockConfiguration=PutBucketObjectLockConfiguration""",
    ),
    others={**{name: _on_object(name) for name in _PLAIN.split()}, **_OTHERWISE},
)
