"""PartiQL: the action and the table of a statement (iam.md I29)."""

import re

from visitplannr.iam.actions.call import Call, Check

_NAME = r"(?:\"(?P<quoted>[^\"]+)\"|(?P<bare>[\w.-]+?))"
_INDEX = r"(?:\s*\.\s*(?:\"(?P<quoted_index>[^\"]+)\"|(?P<bare_index>[\w-]+)))?"
_NOT_READ = frozenset(
    {
        "dynamodb:attributes",
        "dynamodb:leadingkeys",
        "dynamodb:returnvalues",
        "dynamodb:select",
    }
)
_STATEMENTS = {
    "PartiQLSelect": re.compile(
        rf"\s*(?:EXISTS\s*\(\s*)?SELECT\b.*?\bFROM\s+{_NAME}{_INDEX}(?=[\s)]|$)",
        re.IGNORECASE | re.DOTALL,
    ),
    "PartiQLInsert": re.compile(rf"\s*INSERT\s+INTO\s+{_NAME}{_INDEX}(?=\s)", re.IGNORECASE),
    "PartiQLUpdate": re.compile(rf"\s*UPDATE\s+{_NAME}{_INDEX}(?=\s)", re.IGNORECASE),
    "PartiQLDelete": re.compile(rf"\s*DELETE\s+FROM\s+{_NAME}{_INDEX}(?=\s)", re.IGNORECASE),
}


def statement_check(call: Call, statement: object, enclosing: str | None) -> Check | None:
    """Make the check of one statement; None if it cannot be read.

    Its keys and attributes are not read.
    """
    for action, pattern in _STATEMENTS.items():
        match = pattern.match(statement) if isinstance(statement, str) else None
        if match:
            resource = call.arn("dynamodb", f"table/{match['quoted'] or match['bare']}")
            if index := match["quoted_index"] or match["bare_index"]:
                resource += f"/index/{index}"
            context = {"dynamodb:EnclosingOperation": enclosing} if enclosing else {}
            return Check(f"dynamodb:{action}", resource, context, _NOT_READ)
    return None
