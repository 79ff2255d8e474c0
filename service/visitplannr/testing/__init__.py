"""Tests of a serverless application on its stack: `with Stack("template.yaml") as stack`.

pytest has the fixtures `local_stack` and `stack` (`visitplannr.testing.plugin`). To import this
costs nothing: what takes long is imported when a stack is used.
"""

from visitplannr.testing.errors import NotOnAwsError, StackError
from visitplannr.testing.records import Call, Invocation, Result
from visitplannr.testing.stack import Stack

__all__ = ["Call", "Invocation", "NotOnAwsError", "Result", "Stack", "StackError"]
