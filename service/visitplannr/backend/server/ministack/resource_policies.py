"""The policies of resources, and what else of them decides: the facts that only the stack knows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from visitplannr.backend.server.ministack.identities import Caller, Identities, compiled
from visitplannr.backend.server.ministack.seams import find_seam, service
from visitplannr.backend.server.tables import TablesOf
from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.iam.actions.call import Check
from visitplannr.iam.evaluation import Policies
from visitplannr.iam.policy import Layer, Policy, unknown

_POLICY_OF: Mapping[str, tuple[str, str]] = {
    "kms": ("kms", "key_policy_for_arn"),
    "lambda": ("lambda_svc", "function_policy_for_arn"),
    "s3": ("s3", "bucket_policy_for_arn"),
    "secretsmanager": ("secretsmanager", "secret_policy_for_arn"),
    "sns": ("sns", "topic_policy_for_arn"),
    "sqs": ("sqs", "queue_policy_for_arn"),
}
_OWNERS = "__default_policy_ID"
"""A topic's policy that nobody gave it: it grants nothing to the owner's roles (iam.md I41)."""
_LEADING_KEYS = "dynamodb:leadingkeys"


def finding(
    caller: Caller, identities: Identities, account: str, region: str
) -> Callable[[Check], Policies]:
    """Give what finds the policies about a caller and the resource of a check."""

    def find(check: Check) -> Policies:
        limits = (caller.identity, caller.boundary, caller.session)
        kind = check.action.partition(":")[0]
        if kind == "sts":
            trust = _trust(check.resource, identities)
            return Policies(*limits, trust, Layer.TRUST, resource_must_allow=True)
        resource = resource_policy(check.resource, account, region)
        must_allow = kind == "kms" and resource is not None
        return Policies(*limits, resource, resource_must_allow=must_allow)

    return find


def resource_policy(arn: str, account: str, region: str) -> Policy | None:
    """Give the policy of a resource, if it has one."""
    kind = arn.split(":", 3)[2] if arn.startswith("arn:") else ""
    if kind not in _POLICY_OF:
        return None
    module, name = _POLICY_OF[kind]
    with find_seam("core.responses.request_scope")(account, region):
        found = getattr(service(module), name)(arn)
    if not found or not found[0] or _OWNERS in found[0]:
        return None
    return compiled(f"the policy of {arn}", found[0])


def _trust(arn: str, identities: Identities) -> Policy:
    role = identities.role(arn) if arn.startswith("arn:") else None
    if role is None:
        return unknown(f"the trust policy of {arn}")
    return compiled(f"the trust policy of {arn}", role["AssumeRolePolicyDocument"])


class StackFacts:
    """Answers what permissions depend on; keys of tables only to who has conditions on them."""

    def __init__(self, caller: Caller, tables: TablesOf, account: str, region: str) -> None:
        self._caller = caller
        self._tables = tables
        self._account = account
        self._region = region

    def partition_key(self, table: str, index: str | None) -> str | None:
        """Give the partition key of a table or index of this account."""
        if _LEADING_KEYS not in self._caller.keys:
            return None
        _, _, _, region, account, name = table.split(":", 5)
        try:
            tables = self._tables(account, region)
            asked = {"TableName": name.removeprefix("table/")}
            found = tables.call("DescribeTable", asked)["Table"]
        except DynamoDBError:
            return None
        schema = _schema(found, index)
        return next((key["AttributeName"] for key in schema if key["KeyType"] == "HASH"), None)

    def arn(self, resource_type: str, name: str) -> str | None:
        """Give the ARN of a secret, a key or an identity by its name."""
        with find_seam("core.responses.request_scope")(self._account, self._region):
            if resource_type == "secret":
                found = service("secretsmanager")._secrets.get(name)
                return str(found["ARN"]) if found else None
            if resource_type == "key":
                found = service("kms")._resolve_key(name)
                return str(found["Arn"]) if found else None
        place = f"{self._region}:{self._account}"
        return f"arn:aws:ses:{place}:identity/{name}" if resource_type == "identity" else None


def _schema(table: Mapping[str, Any], index: str | None) -> Sequence[Mapping[str, str]]:
    if index is None:
        return list(table["KeySchema"])
    kinds = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
    indexes = [one for kind in kinds for one in table.get(kind, ())]
    return next((one["KeySchema"] for one in indexes if one["IndexName"] == index), ())
