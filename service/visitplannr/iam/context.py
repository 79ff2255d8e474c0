"""The condition keys that every request has: who asks, from where, when (iam.md I14)."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from visitplannr.iam.patterns import Context
from visitplannr.iam.principals import Principal


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request goes (account, region) and comes from, and when, in epoch seconds.

    `source_arn` is the resource for which a service acts. Requests count as made by TLS: a
    policy that refuses plain HTTP is about AWS's network, not about that of one machine (iam.md
    I14).
    """

    account: str
    region: str
    time: float
    source_ip: str = ""
    secure: bool = True
    user_agent: str = ""
    source_arn: str = ""
    source_account: str = ""


def context_of(principal: Principal, origin: Origin, more: Mapping[str, object]) -> Context:
    """Give a request's context; `more` are keys of its own: text, number, boolean or several.

    What is empty is no key of the request.
    """
    given = {**principal.keys, **_keys_of(origin), **_keys(more)}
    return {key: values for key, values in given.items() if values and values != _NOTHING}


_NOTHING = ("",)


def _keys_of(origin: Origin) -> Mapping[str, tuple[str, ...]]:
    return {
        "aws:currenttime": (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(origin.time)),),
        "aws:epochtime": (str(int(origin.time)),),
        "aws:requestedregion": (origin.region,),
        "aws:resourceaccount": (origin.account,),
        "aws:securetransport": ("true" if origin.secure else "false",),
        "aws:sourceaccount": (origin.source_account,),
        "aws:sourcearn": (origin.source_arn,),
        "aws:sourceip": (origin.source_ip,),
        "aws:useragent": (origin.user_agent,),
        "aws:viaawsservice": ("false",),
        "s3:resourceaccount": (origin.account,),
        "s3:tlsversion": ("1.3" if origin.secure else "",),
    }


def _keys(more: Mapping[str, object]) -> Context:
    return {key.lower(): _values(value) for key, value in more.items()}


def _values(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, list | tuple):
        return tuple(map(str, value))
    return () if value is None else (str(value),)
