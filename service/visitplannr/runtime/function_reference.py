"""Which function, and which version of it, a caller of the Invoke API means.

What AWS's service refuses, in its words and in this order: names of the wrong form, two qualifiers
that contradict each other, other regions and accounts, and what is not there (lambda-runtime.md
L64 to L66).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from visitplannr.model.application import Application, Function
from visitplannr.model.lambda_error import LambdaError, LambdaRefusedError

LATEST = "$LATEST"
# Lambda API Reference, "Invoke": the patterns of FunctionName and Qualifier.
_NAME = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?"
    r"(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)
_QUALIFIER = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"
_QUALIFIED = frozenset({"AWS::Lambda::Alias", "AWS::Lambda::Version"})
_LONGEST_NAME, _LONGEST_QUALIFIER = 256, 128
_PARTS = re.compile(_NAME)
_PATTERN = "Member must satisfy regular expression pattern: "
_AT_MOST = "Member must have length less than or equal to %d"


@dataclass(frozen=True, slots=True)
class FunctionReference:
    """A name or ARN, taken apart; what it does not say is None."""

    region: str | None
    account_id: str | None
    name: str
    qualifier: str | None


def parse(text: str) -> FunctionReference | None:
    """Take a reference apart; None if it has not the form of one."""
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    region, account_id = found[3], found[9]
    return FunctionReference(
        region.rstrip(":") if region else None,
        account_id.rstrip(":") if account_id else None,
        found[11],
        found[13],
    )


def violations(name: str, qualifier: str | None) -> Iterator[str]:
    """Say what is wrong with the form of a request's parameters, as AWS does."""
    if len(name) > _LONGEST_NAME:
        yield violation(name, "functionName", _AT_MOST % _LONGEST_NAME)
    if parse(name) is None:
        yield violation(name, "functionName", _PATTERN + _NAME)
    if qualifier is None:
        return
    if len(qualifier) > _LONGEST_QUALIFIER:
        yield violation(qualifier, "qualifier", _AT_MOST % _LONGEST_QUALIFIER)
    if not re.fullmatch(_QUALIFIER, qualifier):
        yield violation(qualifier, "qualifier", _PATTERN + _QUALIFIER)


def violation(value: str, member: str, constraint: str) -> str:
    """Say that a member of a request is not as it has to be."""
    return f"Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"


def invalid(found: Collection[str]) -> LambdaRefusedError:
    """Refuse a request for all that is wrong with its parameters."""
    errors = "error" if len(found) == 1 else "errors"
    message = f"{len(found)} validation {errors} detected: {'; '.join(found)}"
    return LambdaRefusedError(LambdaError(400, "ValidationException", message))


def names_of(application: Application) -> dict[str, str]:
    """Map all names of the application's functions to their physical names."""
    return {
        name: function.name for function in application.functions for name in _names_of(function)
    }


def _names_of(function: Function) -> Iterator[str]:
    """Yield a function's names: those of AWS, partial ARNs included, and its logical id."""
    yield from (function.name, function.logical_id, function.arn)
    region, account_id = function.arn.split(":")[3:5]
    yield from (f"function:{function.name}", f"{account_id}:{function.name}")
    yield f"{account_id}:function:{function.name}"
    yield f"{region}:{account_id}:function:{function.name}"


class Functions:
    """The functions of one application, as the Invoke API names them."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._names: Mapping[str, str] = names_of(application)
        self._versions = _versions(application)
        self._arn = _start_of_arns(application)

    def resolve(self, name: str, qualifier: str | None) -> str:
        """Give the physical name of a function, with the version or alias if one was asked for.

        Raises:
            LambdaRefusedError: there is none, or AWS takes no such name.
        """
        if not qualifier and (function := self._names.get(name)):
            return function
        reference = parse(name)
        found = tuple(violations(name, qualifier or None))
        if found or reference is None:
            raise invalid(found)
        function, derived = self._found(name, reference)
        if qualifier and derived and qualifier != derived:
            message = (
                "The derived qualifier from the function name does not match the specified "
                "qualifier."
            )
            raise LambdaRefusedError(LambdaError(400, "InvalidParameterValueException", message))
        qualifier = qualifier or derived
        if function is None:
            raise self._refusal(name, reference, qualifier)
        resolved = f"{function}:{qualifier}" if qualifier else function
        if qualifier not in {None, LATEST} and resolved not in self._versions:
            raise self._not_found(function, qualifier)
        return resolved

    def version_of(self, resolved: str) -> str:
        """Say which version runs for what was resolved: that of an alias, too."""
        return self._versions.get(resolved, LATEST)

    def _found(self, name: str, reference: FunctionReference) -> tuple[str | None, str | None]:
        """Find the physical name, and the qualifier that is part of the one that was given."""
        if function := self._names.get(name):
            return function, None
        plain, _, derived = name.rpartition(":")
        if function := self._names.get(plain):
            return function, derived
        return None, reference.qualifier

    def _refusal(
        self, name: str, reference: FunctionReference, qualifier: str | None
    ) -> LambdaRefusedError:
        """Say why a name is none of a function here."""
        here, account_id = self._application.region, self._application.account_id
        if reference.region not in {None, here}:
            message = (
                f"Functions from '{reference.region}' are not reachable in this region ('{here}')"
            )
            return LambdaRefusedError(LambdaError(404, "ResourceNotFoundException", message))
        if reference.account_id not in {None, account_id}:
            return LambdaRefusedError(LambdaError(403, "AccessDeniedException", self._denied(name)))
        return self._not_found(reference.name, qualifier)

    def _not_found(self, name: str, qualifier: str | None) -> LambdaRefusedError:
        message = f"Function not found: {self._arn}{name}:{qualifier or LATEST}"
        there = ", ".join(sorted(name for name in self._names if ":" not in name))
        error = LambdaError(404, "ResourceNotFoundException", message, {"ThereAre": there})
        return LambdaRefusedError(error)

    def _denied(self, name: str) -> str:
        return (
            f"User: arn:aws:iam::{self._application.account_id}:root is not authorized to perform: "
            f"lambda:InvokeFunction on resource: {name} because no resource-based policy allows "
            "the lambda:InvokeFunction action"
        )


def _versions(application: Application) -> Mapping[str, str]:
    """Map the names of versions and aliases, a function's and its own, to the versions."""
    names = [
        resource.physical_id.partition(":function:")[2]
        for resource in application.resources
        if resource.type in _QUALIFIED
    ]
    aliases = {
        f"{function.name}:{alias}": version
        for function in application.functions
        for alias, version in function.aliases.items()
    }
    return {name: aliases.get(name, _number_in(name)) for name in names}


def _number_in(qualified: str) -> str:
    qualifier = qualified.rpartition(":")[2]
    return qualifier if qualifier.isdecimal() else LATEST


def _start_of_arns(application: Application) -> str:
    """Give what the ARNs of an application's functions begin with."""
    for function in application.functions:
        return function.arn.removesuffix(function.name)
    return f"arn:aws:lambda:{application.region}:{application.account_id}:function:"
