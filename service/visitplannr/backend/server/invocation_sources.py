"""In whose name a source invokes a function: a service, for one of its resources (iam.md I46).

The resource is told by the event that the function gets.
"""

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """A service that acts in its own name, for a resource; without an ARN it is not known which.

    With several `arns` each of them names it.
    """

    service: str
    arns: tuple[str, ...] = ()


def source_of(trigger: str, event: Any, account: str, region: str) -> Source | None:
    """Tell who invokes; None if it is nobody who needs a permission of the function.

    `trigger` is the name of a source (triggers.py).
    """
    if trigger not in _SOURCES:
        return None
    service, resource = _SOURCES[trigger]
    try:
        return Source(service, (resource(event, f"{region}:{account}"),))
    except (AttributeError, LookupError, OSError, TypeError, ValueError):
        return Source(service)


def _topic(event: Any, _place: str) -> str:
    return str(event["Records"][0]["Sns"]["TopicArn"])


def _bucket(event: Any, _place: str) -> str:
    return f"arn:aws:s3:::{event['Records'][0]['s3']['bucket']['name']}"


def _pool(event: Any, place: str) -> str:
    return f"arn:aws:cognito-idp:{place}:userpool/{event['userPoolId']}"


def _target_group(event: Any, _place: str) -> str:
    return str(event["requestContext"]["elb"]["targetGroupArn"])


def _not_told(_event: Any, _place: str) -> str:
    raise LookupError("the event does not tell the rule")


def _log_group(event: Any, place: str) -> str:
    told = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    return f"arn:aws:logs:{place}:log-group:{told['logGroup']}:*"


_SOURCES: Mapping[str, tuple[str, Callable[[Any, str], str]]] = {
    "alb": ("elasticloadbalancing.amazonaws.com", _target_group),
    "cognito": ("cognito-idp.amazonaws.com", _pool),
    "iot": ("iot.amazonaws.com", _not_told),
    "logs": ("logs.amazonaws.com", _log_group),
    "s3": ("s3.amazonaws.com", _bucket),
    "sns": ("sns.amazonaws.com", _topic),
}
