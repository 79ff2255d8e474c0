"""Requests to API destinations reach the stack where it is, not AWS's domains."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.request import Request

from visitplannr.backend.server.ministack.seams import service

Localise = Callable[[str], str]
"""Puts a local address in the place of one of the stack's own; may wait, so not in the loop."""


def reach_by(localise: Localise) -> None:
    """Let each request be sent to where `localise` says."""
    eventbridge = service("eventbridge")
    eventbridge._http_open = partial(_opened, localise, eventbridge._http_open)


def _opened(
    localise: Localise, http_open: Callable[..., Any], request: Request, *more: Any, **named: Any
) -> Any:
    request.full_url = localise(request.full_url)
    return http_open(request, *more, **named)
