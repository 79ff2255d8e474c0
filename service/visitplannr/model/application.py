"""The application model: what a deployed SAM application consists of, as plain frozen values.

Every other package reads these; none of them reads the template itself. Names and ARNs are the
physical ones that the backend gave, or made up without one; environment variables are resolved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visitplannr.model.code import Build, Code


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function.

    `code` is the absolute folder, file or archive of its CodeUri, built as `build` says; `inline`
    is code that the template has instead, and `fault` says why there is none here. `layers` are
    those that are here, `missing_layers` the ARNs of the others. `timeout` is in seconds,
    `log_format` "Text" or "JSON". `aliases` maps its aliases to their versions, `version` is the
    one that is run. `ephemeral_storage` is the size of its /tmp in MB, `without_effect` names
    settings that change nothing here.
    """

    logical_id: str
    name: str
    arn: str
    handler: str
    runtime: str
    code: Path
    timeout: int = 3
    memory: int = 128
    environment: Mapping[str, str] = field(default_factory=dict)
    reserved_concurrency: int | None = None
    layers: tuple[Code, ...] = ()
    log_format: str = "Text"
    application_log_level: str = "INFO"
    system_log_level: str = "INFO"
    log_group: str = ""
    build: Build = field(default_factory=Build)
    inline: str | None = None
    fault: str | None = None
    missing_layers: tuple[str, ...] = ()
    architecture: str = "x86_64"
    aliases: Mapping[str, str] = field(default_factory=dict)
    version: str = "$LATEST"
    ephemeral_storage: int = 512
    without_effect: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.log_group:
            object.__setattr__(self, "log_group", self.default_log_group)

    @property
    def own_code(self) -> Code:
        """What it is made of, without its layers."""
        return Code(self.code, self.build, self.inline, self.fault)

    @property
    def default_log_group(self) -> str:
        return f"/aws/lambda/{self.name}"


@dataclass(frozen=True, slots=True)
class Throttle:
    """A token bucket: `rate` requests a second, `burst` at once."""

    rate: float
    burst: int


def throttle_of(rate: Any, burst: Any) -> Throttle | None:
    """Make limits of a template's or a service's; negative numbers stand for none."""
    try:
        limits = Throttle(float(rate), int(burst))
    except (TypeError, ValueError):
        return None
    return None if limits.rate < 0 else limits


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """Who may call a stage, and how much: `keys` maps the values of enabled API keys to their ids.

    `quota` is a number of requests a `period` ("DAY", "WEEK", "MONTH").
    """

    plan_id: str
    keys: Mapping[str, str]
    throttle: Throttle | None = None
    quota: int | None = None
    period: str = "MONTH"


@dataclass(frozen=True, slots=True)
class Api:
    """One stage of an API. `document` is its OpenAPI document as the SAM transform made it.

    `integrations` maps (resource pattern, method in upper case or "ANY") to the function behind it,
    `authorizers` the names of Lambda authorizers to their functions. `throttles` maps
    "resource/METHOD" to the limits of a route, "*/*" to those of the stage. `further_stages` names
    those that are not served.
    """

    logical_id: str
    api_id: str
    account_id: str
    stage: str
    document: Mapping[str, Any]
    integrations: Mapping[tuple[str, str], str]
    authorizers: Mapping[str, str] = field(default_factory=dict)
    region: str = "us-east-1"
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    throttles: Mapping[str, Throttle] = field(default_factory=dict)
    further_stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestApi(Api):
    """One stage of a REST API."""

    binary_media_types: tuple[str, ...] = ()
    usage_plans: tuple[UsagePlan, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpApi(Api):
    """One stage of an HTTP API."""


@dataclass(frozen=True, slots=True)
class WebSocketApi(Api):
    """One stage of a WebSocket API; its document has route keys in the place of paths.

    `selection` is its RouteSelectionExpression, `two_way` the keys of routes whose answers go back.
    """

    selection: str = "$request.body.action"
    two_way: frozenset[str] = frozenset()

    @property
    def prefix(self) -> str:
        """Below which path it is served."""
        return f"/_ws/{self.logical_id}"


@dataclass(frozen=True, slots=True)
class FunctionUrl(Api):
    """The URL of a function, whose logical id it has; its document has the one route `$default`.

    `address` is what the backend hands out as the URL, `auth_type` "NONE" or "AWS_IAM",
    `invoke_mode` "BUFFERED" or "RESPONSE_STREAM"; `cors` has AWS's keys, from AllowOrigins on.
    """

    address: str = ""
    auth_type: str = "NONE"
    invoke_mode: str = "BUFFERED"
    cors: Mapping[str, Any] | None = None

    @property
    def prefix(self) -> str:
        """Below which path it is served."""
        return f"/_urls/{self.logical_id}"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of the stack, as CloudFormation lists it."""

    logical_id: str
    type: str
    physical_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a function beside requests: `kind` as records have it (sqs, schedule ...).

    `function` is its name; `source` is a logical id, a schedule's expression, a name, or empty.
    """

    function: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Application:
    """The deployed stack, ready to be served."""

    stack_name: str
    region: str
    account_id: str
    functions: tuple[Function, ...]
    apis: tuple[Api, ...]
    resources: tuple[Resource, ...]
    outputs: Mapping[str, str]
    triggers: tuple[Trigger, ...] = ()
