"""What tag operations check before they look for the table (dynamodb.md D231 to D233)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from visitplannr.dynamodb.errors import DynamoDBError, validation

_LIKE_AN_ARN = re.compile(r".+:.+:.+:.+:.+:.+/.+")
_TABLE_ARN = re.compile(r"arn:aws[\w-]*:dynamodb:.+:\d+:table/[a-zA-Z0-9_.-]{3,255}")
_NOBODY = "arn:aws:iam::000000000000:root"
_MARKS = frozenset("_.:/=+-@")
# The list that each operation takes, and what it says if that is empty.
_LISTS = {
    "TagResource": ("Tags", "Atleast one Tag needs to be provided as Input."),
    "UntagResource": ("TagKeys", "Atleast one Tag Key needs to be provided as Input."),
    "ListTagsOfResource": (None, ""),
}


def check_tagging(operation: str, body: Mapping[str, Any]) -> None:
    """Check the ARN and the list of TagResource, UntagResource or ListTagsOfResource.

    Raises:
        DynamoDBError: in the order of D232.
    """
    arn = body.get("ResourceArn")
    if arn is None:
        raise validation("Invalid TableArn")
    if not _LIKE_AN_ARN.fullmatch(arn):
        raise DynamoDBError(
            "AccessDeniedException",
            f"User: {_NOBODY} is not authorized to perform: dynamodb:{operation} on resource:"
            f" {arn or '*'}",
        )
    name, text = _LISTS[operation]
    given = body.get(name) if name else None
    if name and given is None:
        raise validation(
            f"1 validation error detected: Value null at '{name[0].lower() + name[1:]}' failed to"
            " satisfy constraint: Member must not be null"
        )
    if not _TABLE_ARN.fullmatch(arn):
        raise validation(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    if name and not given:
        raise validation(text)
    if name == "Tags":
        check_characters(given or ())


def check_characters(tags: Iterable[Mapping[str, Any]]) -> None:
    """Refuse tags without a key or value, or with others than letters, digits, blanks and marks."""
    for index, tag in enumerate(tags, 1):
        for name in ("Key", "Value"):
            place = f"tags.{index}.member.{name.lower()}"
            text = tag.get(name)
            if text is None:
                raise _violated("null", place, "Member must not be null")
            if not all(_allowed(character) for character in text):
                raise _violated(
                    f"'{text}'",
                    place,
                    "Member must satisfy regular expression pattern:"
                    r" ^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$",
                )


def _allowed(character: str) -> bool:
    return character in _MARKS or unicodedata.category(character)[0] in "LZN"


def _violated(value: str, place: str, constraint: str) -> DynamoDBError:
    return validation(
        f"1 validation error detected: Value {value} at '{place}' failed to satisfy constraint:"
        f" {constraint}"
    )
