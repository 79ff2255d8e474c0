"""What a function made of a batch (AWS Lambda guide, "Reporting batch item failures")."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from visitplannr.backend.server.invoke_client import Answer


@dataclass(frozen=True, slots=True)
class Outcome:
    """`error` is the function's error or why it was not run, None if it succeeded."""

    body: Any = None
    error: str | None = None
    throttled: bool = False


def outcome_of(answer: Answer) -> Outcome:
    """Read the answer of Lambda's Invoke API."""
    try:
        body = json.loads(answer.body) if answer.body else None
    except ValueError:
        body = answer.body.decode("utf-8", errors="replace")
    if answer.status == HTTPStatus.OK and not answer.function_error:
        return Outcome(body)
    found = body if isinstance(body, Mapping) else {}
    said = found.get("errorMessage") or found.get("Message") or found.get("message") or body
    kind = found.get("errorType") or answer.error_type or "ServiceException"
    return Outcome(body, f"{kind}: {said}", answer.status == HTTPStatus.TOO_MANY_REQUESTS)


def failed_items(outcome: Outcome, ids: Sequence[str], *, reported: bool) -> Sequence[str]:
    """Name the items that failed: all if the function did, else what it reports.

    An answer that reports what is none of the batch's, or nothing readable, fails all of them.
    """
    if outcome.error:
        return ids
    if not reported or outcome.body in (None, {}):
        return ()
    if not isinstance(outcome.body, Mapping):
        return ids
    failures = outcome.body.get("batchItemFailures") or ()
    if not isinstance(failures, Sequence) or isinstance(failures, str):
        return ids
    named = [one.get("itemIdentifier") if isinstance(one, Mapping) else None for one in failures]
    return [one for one in ids if one in named] if set(named) <= set(ids) else ids
