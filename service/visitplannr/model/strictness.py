"""How strict the local stack is about what AWS would not let through."""

from enum import StrEnum


class Iam(StrEnum):
    """What becomes of calls that the caller's policies do not allow."""

    ENFORCE = "enforce"
    WARN = "warn"
    OFF = "off"


class CapacityMode(StrEnum):
    """What becomes of calls for which a provisioned table or index has no capacity left."""

    REPORT = "report"
    ENFORCE = "enforce"
    OFF = "off"
