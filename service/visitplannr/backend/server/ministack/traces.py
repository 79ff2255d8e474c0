"""Lets a message in a queue carry the trace of the request that has led to it: AWSTraceHeader.

AWS does so for what sends the header X-Amzn-Trace-Id itself, and for topics, rules and buckets
that deliver to queues (lambda-runtime.md L62).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from visitplannr.backend.server.dispatch import trace_id
from visitplannr.backend.server.ministack.seams import service

_HEADER = "AWSTraceHeader"


def carry_traces() -> None:
    """Change what MiniStack makes of messages: those that are sent, and those it delivers."""
    sqs = service("sqs")
    sqs._build_send_sys_attrs = partial(_sent, sqs._build_send_sys_attrs)
    sqs._ensure_msg_fields = partial(_delivered, sqs._ensure_msg_fields)


def _sent(build: Callable[..., dict[str, Any]], now: float, given: Any) -> dict[str, Any]:
    """Give the attributes of a message; its sender's own header wins."""
    attributes = build(now, given)
    if header := trace_id.get():
        attributes.setdefault(_HEADER, header)
    return attributes


def _delivered(complete: Callable[[dict[str, Any]], None], message: dict[str, Any]) -> None:
    """Complete a message; MiniStack calls it for one that is new, and again at each look at it."""
    is_new = "first_receive_at" not in message
    complete(message)
    if is_new and (header := trace_id.get()):
        message["sys"].setdefault(_HEADER, header)
