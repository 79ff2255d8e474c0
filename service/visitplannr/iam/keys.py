"""The condition keys that a request evaluated here has, or is known not to have.

A statement with any other key (a resource's tags, say) cannot be decided here: it neither allows
nor denies, and where it could, the request is not evaluated (iam.md I22).
"""

_GLOBAL = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalisawsservice",
        "aws:principalservicename",
        "aws:principaltype",
        "aws:requestedregion",
        "aws:resourceaccount",
        "aws:securetransport",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:useragent",
        "aws:userid",
        "aws:username",
        "aws:viaawsservice",
    }
)
_NEVER_HERE = frozenset(
    {
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:vpcsourceip",
    }
)
"""There is no multi-factor authentication, organization or VPC; SourceOwner is out of use."""
_OF_SERVICES = frozenset(
    {
        "cloudwatch:namespace",
        "dynamodb:attributes",
        "dynamodb:enclosingoperation",
        "dynamodb:leadingkeys",
        "dynamodb:returnconsumedcapacity",
        "dynamodb:returnvalues",
        "dynamodb:select",
        "events:detail-type",
        "events:source",
        "kms:encryptioncontextkeys",
        "kms:requestalias",
        "lambda:eventsourcetoken",
        "lambda:functionurlauthtype",
        "lambda:invokedviafunctionurl",
        "s3:delimiter",
        "s3:max-keys",
        "s3:prefix",
        "s3:resourceaccount",
        "s3:tlsversion",
        "s3:versionid",
        "s3:x-amz-acl",
        "s3:x-amz-copy-source",
        "s3:x-amz-metadata-directive",
        "s3:x-amz-server-side-encryption",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "s3:x-amz-storage-class",
        "secretsmanager:secretid",
        "secretsmanager:versionid",
        "secretsmanager:versionstage",
        "sns:endpoint",
        "sns:protocol",
        "ssm:overwrite",
        "ssm:recursive",
        "sts:externalid",
        "sts:rolesessionname",
    }
)
_SUPPLIED = _GLOBAL | _NEVER_HERE | _OF_SERVICES
_FAMILIES = ("aws:principaltag/", "kms:encryptioncontext:")


def is_supplied(key: str) -> bool:
    """Say whether it is known of every request if and with which values it has a key."""
    return key in _SUPPLIED or key.startswith(_FAMILIES)
