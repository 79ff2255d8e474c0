"""Parameters, secrets, keys, roles and users' pools (iam.md I36 to I38)."""

from collections.abc import Iterable, Sequence

from visitplannr.iam.actions.call import Call, Check, Facts
from visitplannr.iam.actions.rows import Row, Rule, Table, anything, known, named, nothing, table


def _parameter_arn(call: Call, name: str) -> str:
    """Name a parameter: one with a path has no second slash; version and label do not count."""
    if name.startswith("arn:"):
        return name
    return call.arn("ssm", f"parameter/{name.removeprefix('/').partition(':')[0]}")


def _parameters(call: Call, facts: Facts) -> Iterable[str] | None:
    del facts
    names = call.parameters.get("Names") or [call.text("Name", "Path", "ResourceId")]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return [_parameter_arn(call, name) for name in names]


SSM: Table = table(
    "ssm",
    Row(
        _parameters,
        """GetParameter GetParameters GetParametersByPath GetParameterHistory PutParameter
        DeleteParameter DeleteParameters LabelParameterVersion""",
        {"ssm:Recursive": "Recursive", "ssm:Overwrite": "Overwrite"},
    ),
    Row(anything, "DescribeParameters"),
)

_SECRET = known("secret", "secretsmanager", "SecretId")

SECRETSMANAGER: Table = table(
    "secretsmanager",
    Row(
        _SECRET,
        """GetSecretValue DescribeSecret PutSecretValue UpdateSecret DeleteSecret RestoreSecret
        RotateSecret CancelRotateSecret UpdateSecretVersionStage ListSecretVersionIds TagResource
        UntagResource GetResourcePolicy PutResourcePolicy DeleteResourcePolicy""",
        {
            "secretsmanager:SecretId": "SecretId",
            "secretsmanager:VersionId": "VersionId",
            "secretsmanager:VersionStage": "VersionStage",
        },
    ),
    Row(named("secretsmanager", "secret:{}-??????", "Name"), "CreateSecret"),
    Row(anything, "ListSecrets GetRandomPassword BatchGetSecretValue"),
)


_KEY = known("key", "kms", "KeyId")


def _with_encryption_context(call: Call, facts: Facts) -> Sequence[Check] | None:
    resources = _KEY(call, facts)
    given = call.mapping("EncryptionContext")
    context: dict[str, object] = {
        **{f"kms:EncryptionContext:{key}": value for key, value in given.items()},
        "kms:EncryptionContextKeys": list(given),
        "kms:RequestAlias": _alias(call),
    }
    if resources is None:
        return None
    return [Check(f"kms:{call.operation}", one, context) for one in resources]


def _alias(call: Call) -> str | None:
    name = call.text("KeyId") or ""
    found = name.rpartition(":")[2]
    return found if found.startswith("alias/") else None


_ENCRYPTING = (
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
)

KMS: Table = table(
    "kms",
    Row(
        _KEY,
        """Sign Verify GenerateMac VerifyMac GetPublicKey DescribeKey EnableKey DisableKey
        GetKeyPolicy PutKeyPolicy GetKeyRotationStatus EnableKeyRotation DisableKeyRotation
        ScheduleKeyDeletion CancelKeyDeletion TagResource UntagResource ListResourceTags""",
    ),
    Row(anything, "ListKeys ListAliases CreateKey GenerateRandom"),
    others=dict.fromkeys(_ENCRYPTING, _with_encryption_context),
)

STS: Table = table(
    "sts",
    Row(
        named("iam", "{}", "RoleArn"),
        "AssumeRole AssumeRoleWithWebIdentity AssumeRoleWithSAML",
        {"sts:ExternalId": "ExternalId", "sts:RoleSessionName": "RoleSessionName"},
    ),
    Row(nothing, "GetCallerIdentity GetSessionToken GetAccessKeyInfo"),
    Row(anything, "DecodeAuthorizationMessage"),
)


def _global(kind: str, *parameters: str) -> Rule:
    def rule(call: Call, facts: Facts) -> Iterable[str] | None:
        del facts
        name = call.text(*parameters)
        if name is None:
            return None
        return (f"arn:{call.partition}:iam::{call.account}:{kind}/{name}",)

    return rule


IAM: Table = table(
    "iam",
    Row(
        _global("role", "RoleName"),
        """GetRole CreateRole DeleteRole UpdateRole ListRolePolicies GetRolePolicy PutRolePolicy
        DeleteRolePolicy ListAttachedRolePolicies AttachRolePolicy DetachRolePolicy TagRole
        UpdateAssumeRolePolicy""",
    ),
    Row(named("iam", "{}", "PolicyArn"), "GetPolicy GetPolicyVersion ListPolicyVersions"),
    Row(anything, "ListRoles ListPolicies ListUsers GetAccountSummary"),
)

_POOL = named("cognito-idp", "userpool/{}", "UserPoolId")

COGNITO: Table = table(
    "cognito-idp",
    Row(
        _POOL,
        """AdminCreateUser AdminGetUser AdminDeleteUser AdminUpdateUserAttributes
        AdminDeleteUserAttributes AdminInitiateAuth AdminRespondToAuthChallenge
        AdminSetUserPassword AdminResetUserPassword AdminConfirmSignUp AdminEnableUser
        AdminDisableUser AdminAddUserToGroup AdminRemoveUserFromGroup AdminListGroupsForUser
        AdminUserGlobalSignOut ListUsers ListUsersInGroup ListGroups CreateGroup GetGroup
        UpdateGroup DeleteGroup DescribeUserPool UpdateUserPool DeleteUserPool
        DescribeUserPoolClient CreateUserPoolClient UpdateUserPoolClient DeleteUserPoolClient
        ListUserPoolClients""",
    ),
    Row(
        nothing,
        """SignUp ConfirmSignUp ResendConfirmationCode InitiateAuth RespondToAuthChallenge
        ForgotPassword ConfirmForgotPassword ChangePassword GetUser UpdateUserAttributes DeleteUser
        GlobalSignOut RevokeToken""",
    ),
    Row(anything, "ListUserPools CreateUserPool"),
)
