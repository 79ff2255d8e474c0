"""What `up` makes of the backend's answer to whether an API may invoke a function."""

from collections.abc import Mapping
from typing import Any

import pytest
from visitplannr.backend.control import ControlError
from visitplannr.model.access import AccessRefusedError, Invocation, UndecidedError
from visitplannr.up.access import AskedAccess, asking

ASKED = Invocation("Put", ("arn:aws:execute-api:us-east-1:000000000000:api/prod/POST/put",))
REFUSED = {"error": {"type": "AccessDeniedException", "message": "no permission"}}


class Control:
    """A backend that says the same each time, or nothing."""

    def __init__(self, said: Mapping[str, Any] | None) -> None:
        self._said = said

    def access(self, _question: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._said is None:
            raise ControlError(503, "Connection refused")
        return self._said


@pytest.mark.parametrize(
    ("said", "is_whole", "error"),
    [
        (REFUSED, True, AccessRefusedError),
        (REFUSED, False, UndecidedError),
        (None, False, UndecidedError),
        (None, True, UndecidedError),
    ],
)
async def test_a_backend_without_the_stack_refuses_nothing_for_good(
    said: Mapping[str, Any] | None, is_whole: bool, error: type[Exception]
) -> None:
    access = AskedAccess(asking(Control(said), lambda: is_whole))
    with pytest.raises(error):
        await access.invoke(ASKED)


async def test_what_is_allowed_meanwhile_is_allowed() -> None:
    await AskedAccess(asking(Control({}), lambda: False)).invoke(ASKED)
