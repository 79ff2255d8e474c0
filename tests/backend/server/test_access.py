"""Who may call an API whose callers sign, and what an API may invoke (iam.md I50, I53)."""

import json
from typing import Any

import pytest
from backend.server.test_permits import (
    ACCOUNT,
    FUNCTION,
    PLACE,
    ROLE,
    allowing,
    made,
    permits,
    policy,
    role,
    said,
)
from backend.server.test_signatures import by_header
from visitplannr.backend.server.access import Access, access_action
from visitplannr.backend.server.permits import ByPolicies
from visitplannr.model.access import (
    AccessRefusedError,
    Invocation,
    Permission,
    SentRequest,
)
from visitplannr.model.strictness import Iam

__all__ = ["permits", "policy", "role", "said"]  # fixtures

API = f"arn:aws:execute-api:{PLACE}:abc"
SIGNED = by_header()  # by a key that nobody handed out: the account's administrator
UNSIGNED = SentRequest("GET", "/", "", (), "", "127.0.0.1")
ROUTE = Permission("execute-api:Invoke", f"{API}/Prod/GET/a", "execute-api")
URL = Permission(
    "lambda:InvokeFunctionUrl", FUNCTION, None, context={"lambda:FunctionUrlAuthType": "NONE"}
)
GATEWAY = "apigateway.amazonaws.com"


def refused(access: Access, request: SentRequest, needed: Permission) -> tuple[str, str]:
    with pytest.raises(AccessRefusedError) as found:
        access.caller(request, needed)
    return found.value.error_type, str(found.value)


def test_i50_the_administrator_may_call_and_is_named(permits: ByPolicies) -> None:
    signer = Access(permits).caller(SIGNED, ROUTE)
    assert signer is not None
    assert (signer.access_key, signer.account) == ("AKIA1", ACCOUNT)
    assert signer.arn == f"arn:aws:iam::{ACCOUNT}:root"


def test_i50_who_does_not_sign_or_for_another_service_may_not(permits: ByPolicies) -> None:
    access = Access(permits)
    assert refused(access, UNSIGNED, ROUTE)[0] == "MissingAuthenticationTokenException"
    of_lambda = Permission(ROUTE.action, ROUTE.resource, "lambda")
    assert refused(access, SIGNED, of_lambda) == (
        "InvalidSignatureException",
        "Credential should be scoped to correct service: 'lambda'. ",
    )


def statement(effect: str, resource: str) -> dict[str, Any]:
    action = "execute-api:Invoke"
    return {"Effect": effect, "Principal": "*", "Action": action, "Resource": resource}


def test_i50_an_apis_own_policy_can_keep_even_the_administrator_out(permits: ByPolicies) -> None:
    allowed = statement("Allow", "execute-api:/*")
    denied = statement("Deny", "execute-api:/Prod/GET/a")
    one = Permission(ROUTE.action, ROUTE.resource, "execute-api", {"Statement": allowed})
    assert Access(permits).caller(SIGNED, one)
    two = Permission(ROUTE.action, ROUTE.resource, "execute-api", {"Statement": [allowed, denied]})
    error_type, message = refused(Access(permits), SIGNED, two)
    assert error_type == "AccessDeniedException"
    assert message.endswith("with an explicit deny in a resource-based policy")


def test_i50_an_open_url_needs_its_permission_too(
    permits: ByPolicies, policy: list[dict[str, Any]]
) -> None:
    error_type, message = refused(Access(permits), UNSIGNED, URL)
    assert error_type == "AccessDeniedException"
    assert "lambda:InvokeFunctionUrl" in message
    condition = {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl"}
    policy.append({**everybody, "Resource": FUNCTION, "Condition": condition})
    assert Access(permits).caller(UNSIGNED, URL) is None


def test_i53_an_api_invokes_by_permission_as_a_role_or_as_its_caller(
    permits: ByPolicies, policy: list[dict[str, Any]], role: dict[str, Any]
) -> None:
    access, route = Access(permits), f"{API}/Prod/GET/a"
    by_itself = Invocation("shop-Cart-1", (route,))
    by_role = Invocation("shop-Cart-1", role=ROLE)
    for asked in (by_itself, by_role):
        with pytest.raises(AccessRefusedError, match="is not authorized to perform"):
            access.invoke(asked)
    policy.append(allowing(GATEWAY, {"ArnLike": {"AWS:SourceArn": f"{API}/*/GET/a"}}))
    access.invoke(by_itself)
    with pytest.raises(AccessRefusedError):
        access.invoke(Invocation("shop-Cart-1", (f"{API}/Prod/GET/b",)))
    invoking = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": FUNCTION}
    document = {"Version": "2012-10-17", "Statement": [invoking]}
    role["InlinePolicies"]["p"] = json.dumps(document)
    access.invoke(by_role)
    access.invoke(Invocation("shop-Cart-1", signer="AKIA1"))


def test_warn_says_it_and_lets_it_through(said: list[str]) -> None:
    access = Access(made(said, Iam.WARN))
    assert access.caller(UNSIGNED, ROUTE) is None
    access.invoke(Invocation("shop-Cart-1", (f"{API}/Prod/GET/a",)))
    assert said[0].startswith(f"a caller would be denied execute-api:Invoke on {ROUTE.resource}: ")
    assert said[1].startswith(f"{GATEWAY} would be denied lambda:InvokeFunction on {FUNCTION}")


def test_it_is_asked_in_json(permits: ByPolicies) -> None:
    ask = access_action(Access(permits))
    request = {"method": "GET", "path": "/", "query": "", "headers": [["A", "b"]], "digest": "",
               "source_ip": "127.0.0.1"}  # fmt: skip
    needed = {"action": ROUTE.action, "resource": ROUTE.resource, "signed_for": "execute-api"}
    answered = ask("POST", {"request": request, "needed": needed})
    error = {
        "type": "MissingAuthenticationTokenException",
        "message": "Missing Authentication Token",
    }
    assert answered == (200, {"error": error})
    asked: dict[str, Any] = {
        "function": "shop-Cart-1",
        "sources": [],
        "role": None,
        "signer": "AKIA1",
    }
    assert ask("POST", {"invocation": asked}) == (200, {})
