"""Answers CloudFormation for a custom resource: a module that AWS gives to inline code only.

Its names are AWS's ("cfn-response module"). It runs on the function's own Python, 3.8 or later.
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(  # noqa: PLR0913, PLR0917 - AWS's signature
    event: dict[str, Any],
    context: Any,
    responseStatus: str,  # noqa: N803
    responseData: Any,  # noqa: N803
    physicalResourceId: str | None = None,  # noqa: N803
    noEcho: bool = False,  # noqa: FBT001, FBT002, N803
    reason: str | None = None,
) -> None:
    """Put the answer to the address that the event names; a failure to do so is printed."""
    stream = context.log_stream_name
    answer = {
        "Status": responseStatus,
        "Reason": reason or f"See the log stream {stream}",
        "PhysicalResourceId": physicalResourceId or stream,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }
    body = json.dumps(answer).encode()
    headers = {"Content-Type": ""}
    request = urllib.request.Request(  # noqa: S310 - CloudFormation's own address
        event["ResponseURL"], data=body, headers=headers, method="PUT"
    )
    try:
        urllib.request.urlopen(request).close()  # noqa: S310
    except OSError as error:
        print("CloudFormation was not answered:", error)  # noqa: T201 - a function's log
