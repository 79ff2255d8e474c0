"""A call of an AWS service, and the permissions that it needs: actions, each on a resource."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Call:
    """A call: boto3's name of the service, the API's operation, its parameters as boto3 has them.

    Account, region and partition are those that are asked, i.e. where what has no ARN is.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    account: str
    region: str
    partition: str = "aws"

    def arn(self, service: str, resource: str) -> str:
        """Name a resource of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def text(self, *names: str) -> str | None:
        """Give the first of some parameters that is there and a text."""
        for name in names:
            value = self.parameters.get(name)
            if isinstance(value, str) and value:
                return value
        return None

    def mapping(self, name: str) -> Mapping[str, Any]:
        """Give a parameter that is an object; an empty one if it is none."""
        value = self.parameters.get(name)
        return value if isinstance(value, Mapping) else {}

    def entries(self, name: str) -> list[Mapping[str, Any]]:
        """Give a parameter that is a list of objects."""
        value = self.parameters.get(name)
        return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Check:
    """A permission that a call needs; `context` has the condition keys of this very one.

    `unknown` are keys, in lower case, that it has on AWS with values that are not known here.
    """

    action: str
    resource: str
    context: Mapping[str, object] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()


class Facts(Protocol):
    """What only the running stack knows; None if it does not know either."""

    def partition_key(self, table: str, index: str | None) -> str | None:
        """Give the name of the partition key of a table or index, by the table's ARN."""

    def arn(self, resource_type: str, name: str) -> str | None:
        """Give the ARN of a `secret`, a `key` (id or alias) or an `identity` (address)."""


class NothingKnown:
    """The facts of nobody: what needs one is not evaluated."""

    def partition_key(self, table: str, index: str | None) -> str | None:
        """Know no table."""

    def arn(self, resource_type: str, name: str) -> str | None:
        """Know no resource."""
