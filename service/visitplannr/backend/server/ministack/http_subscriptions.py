"""Stands in for SNS's delivery over HTTP, which MiniStack tries once: confirmed, retried, or lost.

SNS guide, "Using Amazon SNS for system-to-system messaging with an HTTP/S endpoint as a
subscriber". A status of 5xx or 429, or none within 15 s, is tried again; any other is final.
"""

import base64
import http.client
import json
import uuid
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from visitplannr.backend.server.deliveries import UndeliveredError, deliver
from visitplannr.backend.server.ministack.corrections import complete_by
from visitplannr.backend.server.ministack.firing import in_background
from visitplannr.backend.server.ministack.outgoing import Localise
from visitplannr.backend.server.ministack.seams import service
from visitplannr.backend.server.ministack.subscriptions import give_up, subscription_to
from visitplannr.backend.server.retries import Retries
from visitplannr.backend.server.subscription_policies import content_type, policy_over_http

_SECONDS = 15
_TOO_MANY = 429
_CERTIFICATE = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-local.pem"


@dataclass(frozen=True, slots=True)
class _Published:
    topic_arn: str
    message_id: str


_current: ContextVar[_Published | None] = ContextVar("published", default=None)


class HttpSubscriptions:
    """Posts to subscribed addresses where `localise` says they are, and retries by `clock`."""

    def __init__(self, localise: Localise, clock: Retries) -> None:
        self._localise = localise
        self._clock = clock

    def install(self) -> None:
        """Take the place of MiniStack's own; it confirms none that a template declares."""
        sns = service("sns")
        sns._fanout = _remembering(sns._fanout)
        sns._deliver_to_http = self.notify
        sns._send_subscription_confirmation = self.confirm
        complete_by("AWS::SNS::Topic", self._confirm_pending)
        complete_by("AWS::SNS::Subscription", self._confirm_pending)

    def notify(self, endpoint: str, body: str) -> Any:
        """Give a coroutine, as MiniStack wants one; called while the message is published."""
        published = _current.get()

        async def later() -> None:
            if published:
                self._notify(published, endpoint, body)

        return later()

    async def confirm(self, topic_arn: str, subscription: Mapping[str, Any]) -> None:
        """Ask a new subscriber whether it wants messages."""
        in_background(self._confirm, topic_arn, subscription)

    def _confirm_pending(self, arn: str, _properties: Mapping[str, Any]) -> None:
        topic_arn = ":".join(arn.split(":")[:6])
        topic = service("sns")._topics.get(topic_arn) or {}
        for subscription in topic.get("subscriptions", ()):
            if not subscription.get("confirmed") and not subscription.get("token"):
                subscription["token"] = str(uuid.uuid4())
                in_background(self._confirm, topic_arn, subscription)

    def _confirm(self, topic_arn: str, subscription: Mapping[str, Any]) -> None:
        message_id = str(uuid.uuid4())
        body = json.dumps(_question(topic_arn, message_id, subscription["token"], self._clock()))
        headers = _headers("SubscriptionConfirmation", _Published(topic_arn, message_id))
        self._deliver(topic_arn, subscription, body, headers)

    def _notify(self, published: _Published, endpoint: str, body: str) -> None:
        if subscription := subscription_to(endpoint, published.topic_arn):
            headers = _headers("Notification", published)
            headers["x-amz-sns-subscription-arn"] = subscription["arn"]
            if subscription.get("attributes", {}).get("RawMessageDelivery") == "true":
                headers["x-amz-sns-rawdelivery"] = "true"
            self._deliver(published.topic_arn, subscription, body, headers)

    def _deliver(
        self,
        topic_arn: str,
        subscription: Mapping[str, Any],
        body: str,
        headers: Mapping[str, str],
    ) -> None:
        topic = service("sns")._topic_by_arn_any_scope(topic_arn) or {}
        policies = (subscription.get("attributes") or {}, topic.get("attributes") or {})
        policy = policy_over_http(*policies)
        labelled = {**headers, "Content-Type": content_type(*policies)}

        def attempt() -> None:
            post(self._localise(subscription["endpoint"]), body, labelled)

        if given_up := deliver(attempt, policy, self._clock, self._clock.sleep):
            give_up(topic_arn, policy, body, given_up)


def post(address: str, body: str, headers: Mapping[str, str]) -> None:
    """Post a message; a user and password in the address are sent as basic authentication.

    Raises:
        UndeliveredError: it was not taken.
    """
    url = urlsplit(address)
    sent = {"User-Agent": "Amazon Simple Notification Service Agent", **headers}
    if url.username is not None:
        pair = f"{unquote(url.username)}:{unquote(url.password or '')}"
        sent["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=_SECONDS)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    try:
        connection.request("POST", target, body.encode(), sent)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise UndeliveredError("Timeout", f"{address}: {error!r}") from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        final = 200 <= status < 500 and status != _TOO_MANY
        raise UndeliveredError(str(status), f"{address} answered {status}", is_final=final)


def _remembering(fanout: Callable[..., None]) -> Callable[..., None]:
    """Let what delivers know what was published."""

    def remembered(topic_arn: str, msg_id: str, *more: Any, **named: Any) -> None:
        before = _current.set(_Published(topic_arn, msg_id))
        try:
            fanout(topic_arn, msg_id, *more, **named)
        finally:
            _current.reset(before)

    return remembered


def _headers(kind: str, published: _Published) -> dict[str, str]:
    return {
        "x-amz-sns-message-type": kind,
        "x-amz-sns-message-id": published.message_id,
        "x-amz-sns-topic-arn": published.topic_arn,
    }


def _question(topic_arn: str, message_id: str, token: str, now: float) -> dict[str, str]:
    sns = service("sns")
    asked = f"?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}"
    return {
        "Type": "SubscriptionConfirmation",
        "MessageId": message_id,
        "Token": token,
        "TopicArn": topic_arn,
        "Message": f"You have chosen to subscribe to the topic {topic_arn}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message.",
        "SubscribeURL": f"http://{sns._HOST}:{sns._PORT}/{asked}",
        "Timestamp": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")[:23] + "Z",
        "SignatureVersion": "1",
        "Signature": "local",
        "SigningCertURL": _CERTIFICATE,
    }
