"""Which of the errors that ended all is said."""

import pytest
from visitplannr.backend.embedded.child import BackendError
from visitplannr.deployment.errors import DeploymentError
from visitplannr.up.front import PortError
from visitplannr.up.main import first_failure

GONE = BackendError("the embedded backend ended")
IN_USE = PortError("port 8000 is taken")
REFUSED = DeploymentError("Table: refused")
BUG = KeyError("name")


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([GONE], GONE),
        ([IN_USE, GONE], IN_USE),
        ([BUG, REFUSED], REFUSED),
        ([ExceptionGroup("inner", [BUG, ExceptionGroup("innermost", [GONE])])], GONE),
        ([BUG], None),
    ],
    ids=["one", "the first", "one among others", "deep", "none"],
)
def test_the_first_error_with_a_message_for_people_is_said(
    errors: list[Exception], said: Exception | None
) -> None:
    assert first_failure(ExceptionGroup("ended", errors)) is said
