"""A stack that is deployed to AWS: the same tests, without what only a local stack can do."""

import base64
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from visitplannr.testing.errors import NotOnAwsError, StackError
from visitplannr.testing.records import Invocation, Result, error_in

if TYPE_CHECKING:
    import boto3

_STAGE, _API = "AWS::ApiGateway::Stage", "AWS::ApiGateway::RestApi"
_HTTP_STAGE, _HTTP_API = "AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::Api"


class OnAws:
    """The stack `name`, seen with a session of the account and region that it is in."""

    endpoint_url = None

    def __init__(self, name: str, session: "boto3.Session") -> None:
        self.session = session
        self._name = name

    @cached_property
    def url(self) -> str:
        """Give the address of the stack's first API, with its stage.

        Raises:
            StackError: it has none.
        """
        found = {kind: identifier for kind, _, identifier in reversed(self._resources)}
        host = f"execute-api.{self.session.region_name}.amazonaws.com"
        if _API in found and _STAGE in found:
            return f"https://{found[_API]}.{host}/{found[_STAGE]}"
        if _HTTP_API in found:
            stage = found.get(_HTTP_STAGE, "$default")
            return f"https://{found[_HTTP_API]}.{host}/{stage}".removesuffix("/$default")
        raise StackError(f"the stack {self._name} has no API")

    def physical_ids(self) -> Mapping[str, str]:
        """Map logical ids of its resources to physical ones."""
        return {logical: physical for _, logical, physical in self._resources}

    def outputs(self) -> Mapping[str, str]:
        """Give its outputs."""
        client = self.session.client("cloudformation")
        (stack,) = client.describe_stacks(StackName=self._name)["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", ())}

    def invoke(self, function: str, event: Any) -> Result:
        """Run a function."""
        client = self.session.client("lambda")
        answer = client.invoke(
            FunctionName=self.physical_ids().get(function, function),
            Payload=json.dumps(event).encode(),
            LogType="Tail",
        )
        payload = json.loads(answer["Payload"].read() or b"null")
        error = error_in(answer.get("FunctionError"), payload)
        log = base64.b64decode(answer.get("LogResult", "")).decode("utf-8", "replace")
        return Result(payload, error, log, answer["ResponseMetadata"]["RequestId"])

    def invocations(self, _function: str | None, _since: float = 0.0) -> list[Invocation]:
        """Refuse: what was invoked is recorded by a local stack only."""
        raise NotOnAwsError("records of invocations")

    def steer(self, _method: str, path: str, _body: Any = None) -> Any:
        """Refuse: nobody moves AWS's clock."""
        raise NotOnAwsError(path.partition("/")[0])

    def close(self) -> None:
        """Have nothing to let go of."""

    @cached_property
    def _resources(self) -> list[tuple[str, str, str]]:
        return list(self._listed())

    def _listed(self) -> Iterator[tuple[str, str, str]]:
        client = self.session.client("cloudformation")
        for page in client.get_paginator("list_stack_resources").paginate(StackName=self._name):
            for one in page["StackResourceSummaries"]:
                physical = one.get("PhysicalResourceId", "")
                yield one["ResourceType"], one["LogicalResourceId"], physical
