"""What the functions of a stack may do: their roles' policies, as IAM has them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from botocore.exceptions import ClientError

from visitplannr.backend.endpoint import Backend
from visitplannr.iam.document import loaded
from visitplannr.iam.grants import Grant, grants, wide_by_name
from visitplannr.iam.managed import arn_of, managed_document
from visitplannr.iam.policy import Policy as Compiled
from visitplannr.iam.policy import read_policy
from visitplannr.model.application import Resource

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy and its grants; None if the backend does not have its document."""

    name: str
    grants: tuple[Grant, ...] | None
    managed: bool

    def warnings(self) -> Iterator[str]:
        """Say what of it is wider than a function needs; AWS's own are judged by their names."""
        if self.managed and wide_by_name(self.name):
            yield f"{self.name} allows a whole service"
        if self.managed and arn_of(self.name):
            return
        for grant in self.grants or ():
            if wide := grant.too_wide:
                yield f"{self.name}: {wide}"


@dataclass(frozen=True, slots=True)
class Permissions:
    """One function's role and its policies."""

    logical_id: str
    function: str
    role: str
    policies: tuple[Policy, ...]

    @property
    def warnings(self) -> list[str]:
        return [warning for policy in self.policies for warning in policy.warnings()]


def permissions(backend: Backend, functions: Collection[Resource]) -> list[Permissions]:
    """Read the permissions of functions; errors are botocore's."""
    functions_api, iam = backend.client("lambda"), backend.client("iam")
    found = []
    for function in functions:
        configuration = functions_api.get_function_configuration(FunctionName=function.physical_id)
        role = configuration["Role"].rpartition("/")[2]
        policies = (*_inline(iam, role), *_managed(iam, role))
        found.append(Permissions(function.logical_id, function.physical_id, role, policies))
    return found


def granted(backend: Backend, function: str) -> Iterator[Compiled]:
    """Give the policies of a function's role, compiled; those without a document are left out.

    Errors are botocore's.
    """
    configuration = backend.client("lambda").get_function_configuration(FunctionName=function)
    iam, role = backend.client("iam"), configuration["Role"].rpartition("/")[2]
    for name, document in (*_inline_documents(iam, role), *_managed_documents(iam, role)):
        if document:
            yield read_policy(document, name)


def _inline(iam: "IAMClient", role: str) -> Iterator[Policy]:
    for name, document in _inline_documents(iam, role):
        yield Policy(name, tuple(grants(document)), managed=False)


def _inline_documents(iam: "IAMClient", role: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=role):
        for name in page["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            yield name, _parsed(document)


def _managed(iam: "IAMClient", role: str) -> Iterator[Policy]:
    for name, document in _managed_documents(iam, role):
        yield Policy(name, tuple(grants(document)) if document else None, managed=True)


def _managed_documents(
    iam: "IAMClient", role: str
) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=role):
        for attached in page["AttachedPolicies"]:
            arn = attached["PolicyArn"]
            yield attached["PolicyName"], managed_document(arn) or _document(iam, arn)


def _document(iam: "IAMClient", arn: str) -> Mapping[str, Any] | None:
    try:
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchEntity":
            return None
        raise
    return _parsed(found["Document"])


def _parsed(document: Any) -> Mapping[str, Any]:
    """Read a document; botocore decodes those of AWS, emulators may send others."""
    return loaded(unquote(document) if isinstance(document, str) else document, "a role's policy")
