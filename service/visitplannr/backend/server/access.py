"""Decides for `up` who may call its APIs, and whether these may invoke their functions.

`up` serves APIs and function URLs itself and asks here, as here are the identities and their
policies (iam.md I50, I53).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from visitplannr.backend.server.control_api import BadRequestError
from visitplannr.backend.server.denials import Denials
from visitplannr.backend.server.invocation_sources import Source
from visitplannr.backend.server.ministack.identities import Caller, Identities, compiled
from visitplannr.backend.server.ministack.resource_policies import resource_policy
from visitplannr.backend.server.permits import INVOKE, ByPolicies, qualified
from visitplannr.backend.server.signatures import (
    InvalidSignatureError,
    signature_of,
    verify,
)
from visitplannr.backend.server.tables import ACCOUNT
from visitplannr.backend.server.wire import Credentials
from visitplannr.iam.actions.call import Check
from visitplannr.iam.authorisation import Authorisation, authorise_all
from visitplannr.iam.context import Origin
from visitplannr.iam.evaluation import Policies, Verdict
from visitplannr.iam.policy import Policy
from visitplannr.iam.principals import ANONYMOUS
from visitplannr.model.access import (
    AccessRefusedError,
    Invocation,
    Permission,
    SentRequest,
    Signer,
)
from visitplannr.model.strictness import Iam

_GATEWAY = "apigateway.amazonaws.com"
_SHORT = "execute-api:/"


def now_in_utc() -> datetime:
    """Tell the time of this machine, by which clients sign; a test's clock does not count."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Access:
    """Answers the questions that the gateway has; `model.access` says which."""

    permits: ByPolicies
    now: Callable[[], datetime] = now_in_utc

    def caller(self, request: SentRequest, needed: Permission) -> Signer | None:
        """Give who signed a request that may be made; None for anybody.

        Raises:
            AccessRefusedError: it may not be made.
        """
        try:
            signed, caller = self._who(request, needed)
        except AccessRefusedError as error:
            if not self._warns:
                raise
            self._denials.unsigned(f"{needed.action} on {needed.resource}", str(error))
            return None
        found = self._decided(caller, request, needed)
        self._judge(caller, found, needed)
        if signed is None:
            return None
        who = caller.principal
        return Signer(signed.access_key, ACCOUNT, who.arn, who.user_id)

    def invoke(self, asked: Invocation) -> None:
        """Let an API invoke a function.

        Raises:
            AccessRefusedError: it may not.
        """
        if message := self._forbidden(self._function(asked.function), asked):
            raise AccessRefusedError("AccessDeniedException", message)

    def _forbidden(self, arn: str, asked: Invocation) -> str | None:
        needed = [Check(INVOKE, arn)]
        if asked.role:
            return self.permits.of_checks(asked.role, "BackplaneAssumeRoleSession", needed)
        if asked.signer:
            signed = Credentials(asked.signer, None, self.permits.region, "execute-api")
            return self.permits.of_caller(self._identities.caller(signed), needed)
        return self.permits.of_function(Source(_GATEWAY, asked.sources), arn)

    def _who(self, request: SentRequest, needed: Permission) -> tuple[Credentials | None, Caller]:
        if needed.signed_for is None:
            return None, Caller(ANONYMOUS)
        return self._signer(request, needed.signed_for)

    def _signer(self, request: SentRequest, service: str) -> tuple[Credentials, Caller]:
        signature = signature_of(request)
        if signature.service != service:
            raise InvalidSignatureError(
                f"Credential should be scoped to correct service: '{service}'. "
            )
        if signature.region != self.permits.region:
            raise InvalidSignatureError(
                f"Credential should be scoped to a valid region, not '{signature.region}'. "
            )
        signed = Credentials(
            signature.access_key, signature.session_token, signature.region, service
        )
        caller, secret = self._identities.caller(signed), self._identities.secret_of(signed)
        if secret is not None:
            verify(signature, request, secret, self.now())
        return signed, caller

    def _decided(self, caller: Caller, request: SentRequest, needed: Permission) -> Authorisation:
        """Decide by the first of the resources that is allowed: aliases have policies, too."""
        resources, policy = self._asked(needed)
        applying = Policies(caller.identity, caller.boundary, caller.session, policy)
        agent = next((v for n, v in request.headers if n.lower() == "user-agent"), "")
        now = self.now().timestamp()
        origin = Origin(ACCOUNT, self.permits.region, now, request.source_ip, user_agent=agent)
        found = [
            authorise_all(
                [Check(needed.action, one, needed.context)],
                caller.principal,
                origin,
                lambda _: applying,
            )
            for one in resources
        ]
        return next((one for one in found if not one.denied), found[0])

    def _asked(self, needed: Permission) -> tuple[Sequence[str], Policy | None]:
        """Give the resources that will do, and their own policy."""
        if needed.action.startswith("lambda:"):
            arn = self._function(needed.resource)
            policy = resource_policy(arn, ACCOUNT, self.permits.region)
            return [arn, *qualified(policy, arn)], policy
        api = needed.resource.partition("/")[0]
        document = with_whole_arns(needed.policy, api) if needed.policy else None
        policy = compiled(f"the policy of {api}", document) if document else None
        return [needed.resource], policy

    def _judge(self, caller: Caller, found: Authorisation, needed: Permission) -> None:
        if found.verdict is Verdict.NOT_EVALUATED:
            self._denials.not_evaluated(caller, needed.action, found.reason)
        if not found.denied:
            return
        if self._warns:
            self._denials.warned(caller, found)
            return
        self._denials.denied(caller, found)
        raise AccessRefusedError("AccessDeniedException", found.message)

    def _function(self, function: str) -> str:
        place = f"{self.permits.region}:{ACCOUNT}"
        return function if ":" in function else f"arn:aws:lambda:{place}:function:{function}"

    @property
    def _identities(self) -> Identities:
        return self.permits.identities

    @property
    def _denials(self) -> Denials:
        return self.permits.denials

    @property
    def _warns(self) -> bool:
        return self.permits.mode is Iam.WARN


def with_whole_arns(policy: Mapping[str, Any], api: str) -> Mapping[str, Any]:
    """Write out the resources of an API's policy, which may begin with `execute-api:/`."""
    statements = policy.get("Statement") or []
    listed = statements if isinstance(statements, list) else [statements]
    return {**policy, "Statement": [_with_whole_arns(one, api) for one in listed]}


def _with_whole_arns(statement: Any, api: str) -> Any:
    if not isinstance(statement, Mapping):
        return statement
    written = {}
    for name in {"Resource", "NotResource"} & statement.keys():
        given = statement[name]
        written[name] = [
            _whole(one, api) for one in (given if isinstance(given, list) else [given])
        ]
    return {**statement, **written}


def _whole(resource: Any, api: str) -> Any:
    text = str(resource)
    return f"{api}/{text.removeprefix(_SHORT)}" if text.startswith(_SHORT) else resource


def access_action(access: Access) -> Callable[[str, Any], tuple[int, Any]]:
    """Give what answers over HTTP, in JSON."""

    def answer(_method: str, body: Any) -> tuple[int, Any]:
        try:
            return 200, _answered(access, body)
        except AccessRefusedError as error:
            return 200, {"error": {"type": error.error_type, "message": str(error)}}

    return answer


def _answered(access: Access, body: Any) -> Any:
    match body:
        case {"request": dict(request), "needed": dict(needed)}:
            sent = SentRequest(**{**request, "headers": tuple(map(tuple, request["headers"]))})
            signer = access.caller(sent, Permission(**needed))
            return {"signer": asdict(signer) if signer else None}
        case {"invocation": dict(asked)}:
            access.invoke(Invocation(**{**asked, "sources": tuple(asked["sources"])}))
            return {}
    raise BadRequestError("access is asked for by a request and what is needed, or an invocation")
