"""Names, ARNs and qualifiers of the Invoke API, and what AWS answers to wrong ones (L64, L65)."""

import json
from dataclasses import replace

import pytest
from runtime.conftest import FUNCTION
from visitplannr.model.application import Application, Resource
from visitplannr.model.lambda_error import LambdaRefusedError
from visitplannr.runtime.function_reference import Functions

NAME = FUNCTION.name
ARN = FUNCTION.arn
HERE = "arn:aws:lambda:us-east-1:000000000000:function"
PATTERN = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?"
    r"(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)
QUALIFIED = Resource("Live", "AWS::Lambda::Alias", f"{ARN}:live", "CREATE_COMPLETE")
VERSION = Resource("One", "AWS::Lambda::Version", f"{ARN}:1", "CREATE_COMPLETE")
FUNCTIONS = Functions(
    Application(
        "stack",
        "us-east-1",
        "000000000000",
        functions=(replace(FUNCTION, aliases={"live": "1"}),),
        apis=(),
        resources=(QUALIFIED, VERSION),
        outputs={},
    )
)

FOUND = [
    (NAME, None, NAME, "$LATEST"),
    (NAME, "", NAME, "$LATEST"),
    ("Function", None, NAME, "$LATEST"),
    (ARN, None, NAME, "$LATEST"),
    (f"function:{NAME}", None, NAME, "$LATEST"),
    (f"000000000000:{NAME}", None, NAME, "$LATEST"),
    (f"000000000000:function:{NAME}", None, NAME, "$LATEST"),
    (f"us-east-1:000000000000:function:{NAME}", None, NAME, "$LATEST"),
    (f"{NAME}:$LATEST", None, f"{NAME}:$LATEST", "$LATEST"),
    (NAME, "$LATEST", f"{NAME}:$LATEST", "$LATEST"),
    (f"{ARN}:live", None, f"{NAME}:live", "1"),
    (f"000000000000:function:{NAME}:live", None, f"{NAME}:live", "1"),
    (f"{ARN}:live", "live", f"{NAME}:live", "1"),
    ("Function", "live", f"{NAME}:live", "1"),
    ("Function:1", None, f"{NAME}:1", "1"),
]


@pytest.mark.parametrize(("name", "qualifier", "resolved", "version"), FOUND)
def test_l64_a_function_by_each_of_its_names(
    name: str, qualifier: str | None, resolved: str, version: str
) -> None:
    assert FUNCTIONS.resolve(name, qualifier) == resolved
    assert FUNCTIONS.version_of(resolved) == version


def wrong_name(value: str) -> str:
    return (
        f"1 validation error detected: Value '{value}' at 'functionName' failed to satisfy "
        f"constraint: Member must satisfy regular expression pattern: {PATTERN}"
    )


def no_function(name: str) -> str:
    return f"Function not found: {HERE}:{name}"


MALFORMED = [
    "*",
    "my-function!",
    "invalid-account:function:my-function",
    "arn:aws:lambda:invalid-region:000000000000:function:my-function",
    "arn:aws:ec2:us-east-1:000000000000:instance:i-1234567890abcdef0",
    f"{HERE}:my-function:1:2",
    "function:my-function:$LATEST:extra",
    "arn:aws:lambda::000000000000:function:my-function",
    "arn:aws:lambda:us-east-1::function:my-function",
    f"{HERE}:my-function:$LATES",
    "arn:aws:lambda:us-east-1:123400000000@function:myfn",
    f"arn:aws:lambda:invalid-region:000000000000:function:my-function{'a' * 170}",
    f"{ARN}:live!",
]
VALIDATION, PARAMETER = (400, "ValidationException"), (400, "InvalidParameterValueException")
NOT_FOUND, DENIED = (404, "ResourceNotFoundException"), (403, "AccessDeniedException")
MISMATCH = "The derived qualifier from the function name does not match the specified qualifier."
LONG = "a" * 129
REFUSED = [
    *((name, None, VALIDATION, wrong_name(name)) for name in MALFORMED),
    (NAME, "invalid!", VALIDATION,
     ("1 validation error detected: Value 'invalid!' at 'qualifier' failed to satisfy constraint: "
     r"Member must satisfy regular expression pattern: \$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+")),
    (NAME, LONG, VALIDATION,
     (f"1 validation error detected: Value '{LONG}' at 'qualifier' failed to satisfy constraint: "
     "Member must have length less than or equal to 128")),
    ("*", LONG, VALIDATION,
     (f"2 validation errors detected: {wrong_name('*').partition(': ')[2]}; Value '{LONG}' at "
      "'qualifier' failed to satisfy constraint: Member must have length less than or equal to "
      "128")),
    ("doesnotexist", None, NOT_FOUND, no_function("doesnotexist:$LATEST")),
    ("a" * 65, None, NOT_FOUND, no_function(f"{'a' * 65}:$LATEST")),
    (HERE, None, NOT_FOUND, no_function("function:$LATEST")),
    ("doesnotexist", "live", NOT_FOUND, no_function("doesnotexist:live")),
    ("doesnotexist:7", None, NOT_FOUND, no_function("doesnotexist:7")),
    (NAME, "$latest", NOT_FOUND, no_function(f"{NAME}:$latest")),
    ("Function", "7", NOT_FOUND, no_function(f"{NAME}:7")),
    (f"{ARN}:dead", None, NOT_FOUND, no_function(f"{NAME}:dead")),
    (f"{ARN}:$LATEST", "1", PARAMETER, MISMATCH),
    (f"{NAME}:live", "1", PARAMETER, MISMATCH),
    ("doesnotexist:1", "2", PARAMETER, MISMATCH),
    (ARN.replace("us-east-1", "ap-southeast-1"), None, NOT_FOUND,
     "Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')"),
    (ARN.replace("000000000000", "123456789012"), None, DENIED,
     ("User: arn:aws:iam::000000000000:root is not authorized to perform: lambda:InvokeFunction on "
     f"resource: {ARN.replace('000000000000', '123456789012')} because no resource-based policy "
     "allows the lambda:InvokeFunction action")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "qualifier", "error", "message"), REFUSED)
def test_l65_what_is_no_function_here_is_refused_in_awss_words(
    name: str, qualifier: str | None, error: tuple[int, str], message: str
) -> None:
    with pytest.raises(LambdaRefusedError) as caught:
        FUNCTIONS.resolve(name, qualifier)
    answer = caught.value.answer
    assert (answer.status, answer.error_type) == error
    assert answer.message == message


def test_l65_beside_awss_words_are_the_functions_there_are() -> None:
    with pytest.raises(LambdaRefusedError) as caught:
        FUNCTIONS.resolve("Other", None)
    body = json.loads(caught.value.answer.body)
    assert body == {
        "Type": "User",
        "Message": no_function("Other:$LATEST"),
        "ThereAre": f"Function, {NAME}",
    }


def test_l65_what_all_services_refuse_does_not_say_whose_fault_it_is() -> None:
    with pytest.raises(LambdaRefusedError) as caught:
        FUNCTIONS.resolve("*", None)
    assert json.loads(caught.value.answer.body) == {"message": wrong_name("*")}
