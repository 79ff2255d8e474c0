"""Credentials of functions tell their holder to who has the run's secret, and to nobody else.

iam.md I40.
"""

import re

import pytest
from visitplannr.model.function_credentials import FunctionCredentials

ISSUED = FunctionCredentials(b"this run's secret")
GIVEN = ISSUED.issue("shop-Cart-1", "2026/11/26/[$LATEST]abc")


def test_they_look_like_those_of_a_session_on_aws() -> None:
    assert re.fullmatch(r"ASIA[A-Z2-7]{16}", GIVEN.access_key_id)
    assert len(GIVEN.secret_access_key) == 40


def test_each_environment_has_its_own() -> None:
    other = ISSUED.issue("shop-Cart-1", "2026/11/26/[$LATEST]def")
    assert other.access_key_id != GIVEN.access_key_id
    assert other.secret_access_key != GIVEN.secret_access_key


def test_who_has_the_secret_knows_their_holder_without_having_issued_them() -> None:
    restarted = FunctionCredentials(b"this run's secret")
    assert restarted.holder(GIVEN.access_key_id, GIVEN.session_token) == "shop-Cart-1"
    assert restarted.secret_key(GIVEN.session_token) == GIVEN.secret_access_key


@pytest.mark.parametrize(
    ("key", "token"),
    [
        ("test", "test"),
        (GIVEN.access_key_id, ""),
        ("ASIAAAAAAAAAAAAAAAAA", GIVEN.session_token),
        (GIVEN.access_key_id, f"{GIVEN.session_token}0"),
        (GIVEN.access_key_id, ISSUED.issue("other", "e").session_token),
        (GIVEN.access_key_id, "ü.é"),
    ],
)
def test_others_are_nobodys(key: str, token: str) -> None:
    assert ISSUED.holder(key, token) is None


def test_those_of_another_run_are_nobodys() -> None:
    assert FunctionCredentials(b"x").holder(GIVEN.access_key_id, GIVEN.session_token) is None
