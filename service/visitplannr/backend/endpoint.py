"""Which AWS endpoint the stack lives on, and clients for it."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal, overload

import botocore.session
from botocore.config import Config
from botocore.exceptions import NoRegionError

from visitplannr.model.addresses import AS_KEPT_HEADER

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_sts import STSClient

_ANY = "test"
_USER_POOL = re.compile(r"https://cognito-idp\.[\w-]+\.amazonaws\.com(?:\.cn)?/([\w-]+)")
_CONFIG = Config(connect_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
# A function may run for 900 s (Lambda's quota), and what is sent twice runs twice.
_INVOKE_CONFIG = Config(
    connect_timeout=3,
    read_timeout=960,
    max_pool_connections=1000,
    retries={"total_max_attempts": 1},
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs requests; an emulator takes anything, so it gets these and never real ones."""

    access_key_id: str = _ANY
    secret_access_key: str = _ANY
    session_token: str = _ANY


_ACCOUNT = Credentials()
"""The account's administrator."""


@cache
def _session(credentials: Credentials, region: str) -> botocore.session.Session:
    """Make one for all emulators: what it reads of AWS's services takes a tenth of a second."""
    session = botocore.session.Session()
    session.set_credentials(
        credentials.access_key_id, credentials.secret_access_key, credentials.session_token
    )
    session.set_config_variable("region", region)
    return session


class Backend:
    """An emulator of AWS at `endpoint_url`."""

    def __init__(
        self,
        endpoint_url: str,
        *,
        region: str = "us-east-1",
        credentials: Credentials = _ACCOUNT,
    ) -> None:
        self.endpoint_url = endpoint_url
        self.region = region
        self.credentials = credentials
        self._session = _session(credentials, region)
        self._endpoint: str | None = endpoint_url
        self._clients: dict[str, Any] = {}

    def as_service(self, name: str) -> "Backend":
        """Act as one of AWS's services, e.g. "apigateway.amazonaws.com": that is its access key."""
        credentials = Credentials(access_key_id=name)
        return Backend(self.endpoint_url, region=self.region, credentials=credentials)

    @overload
    def client(self, service: Literal["apigateway"]) -> "APIGatewayClient": ...

    @overload
    def client(self, service: Literal["cloudformation"]) -> "CloudFormationClient": ...

    @overload
    def client(self, service: Literal["dynamodb"]) -> "DynamoDBClient": ...

    @overload
    def client(self, service: Literal["events"]) -> "EventBridgeClient": ...

    @overload
    def client(self, service: Literal["iam"]) -> "IAMClient": ...

    @overload
    def client(self, service: Literal["lambda"]) -> "LambdaClient": ...

    @overload
    def client(self, service: Literal["logs"]) -> "CloudWatchLogsClient": ...

    @overload
    def client(self, service: Literal["s3"]) -> "S3Client": ...

    @overload
    def client(self, service: Literal["secretsmanager"]) -> "SecretsManagerClient": ...

    @overload
    def client(self, service: Literal["sns"]) -> "SNSClient": ...

    @overload
    def client(self, service: Literal["sqs"]) -> "SQSClient": ...

    @overload
    def client(self, service: Literal["ssm"]) -> "SSMClient": ...

    @overload
    def client(self, service: Literal["sts"]) -> "STSClient": ...

    def client(self, service: str) -> Any:
        """Give the boto3 client of one of the backend's services; each has its own type.

        All threads share it. Another service gets a line here, and its stubs in pyproject.toml.
        """
        if service not in self._clients:
            self._clients[service] = self._made(service, _CONFIG)
        return self._clients[service]

    def _made(self, service: str, config: Config) -> Any:
        """Make a client with botocore: boto3 makes the same, and takes long to import."""
        make: Any = self._session.create_client
        return make(service, endpoint_url=self._endpoint, config=config)

    def invoking_client(self) -> "LambdaClient":
        """Make a client of Lambda that waits as long as a function may run, and never repeats."""
        client: LambdaClient = self._made("lambda", _INVOKE_CONFIG)
        return client

    def reading_client(self) -> "LambdaClient":
        """Make a client of Lambda that gets the backend's own addresses, not local ones instead."""

        def mark(params: dict[str, Any], **_: Any) -> None:
            params["headers"][AS_KEPT_HEADER] = "yes"

        client: LambdaClient = self._made("lambda", _CONFIG)
        client.meta.events.register("before-call.lambda", mark)
        return client

    def user_pool_keys(self, issuer: str) -> str | None:
        """Say where the keys of a user pool are, if the issuer of tokens is one."""
        pool = _USER_POOL.fullmatch(issuer)
        return f"{self.endpoint_url}/{pool[1]}/.well-known/jwks.json" if pool else None

    @cached_property
    def account_id(self) -> str:
        """Which account the credentials belong to, as the backend says; asked once."""
        return str(self.client("sts").get_caller_identity()["Account"])


class Aws(Backend):
    """AWS itself, with a profile of the AWS configuration, or the credentials at hand.

    Raises:
        BotoCoreError: there is no such profile, or neither it nor `region` names a region.
    """

    def __init__(self, profile: str | None, *, region: str | None) -> None:
        session = botocore.session.Session(profile=profile)
        if region is not None:
            session.set_config_variable("region", region)
        session.get_scoped_config()
        found = session.get_config_variable("region")
        if found is None:
            raise NoRegionError
        super().__init__("AWS", region=str(found))
        self._session = session
        self._endpoint = None

    def as_service(self, name: str) -> Backend:
        """Stay who one is: AWS's services are themselves there."""
        del name
        return self

    def user_pool_keys(self, issuer: str) -> None:
        """Say nothing: the issuer itself answers there."""
