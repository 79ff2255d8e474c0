"""What a test hears when a stack cannot do what it is asked."""

from unittest import SkipTest


class StackError(Exception):
    """There is no stack, or it refuses; one line says why and what to do."""


class NotOnAwsError(SkipTest):
    """Only a local stack can do this; the test that asks for it is skipped with this reason."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: a stack on AWS cannot do this, a local one can")
