"""What tools that patch awslambdaric do: look for its loop, set a marshaller."""

import sys
from typing import Any

from awslambdaric.lambda_runtime_client import LambdaRuntimeClient
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller


class Marshaller(LambdaMarshaller):  # type: ignore[misc] # awslambdaric has no types
    def unmarshal_request(self, request: bytes, content_type: str = "application/json") -> str:
        return "read by mine"


LambdaRuntimeClient.marshaller = Marshaller()


def handler(event: Any, context: Any) -> Any:
    return [sys.modules["__main__"].bootstrap.__name__, event]
