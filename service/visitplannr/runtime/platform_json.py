"""Lambda's own lines where LoggingConfig's LogFormat is JSON (lambda-runtime.md L45)."""

import json
from datetime import UTC, datetime
from typing import Any

from visitplannr.model.application import Function
from visitplannr.runtime.platform_log import Report, runtime_version, runtime_version_arn

_LEVELS = {"DEBUG": 0, "INFO": 1, "WARN": 2}


class JsonLines:
    """Makes the lines of one function; those below its system log level are None.

    What did not succeed is a warning; of what did, only starts and reports of invocations are more
    than for debugging ("System log level event mapping").
    """

    def __init__(self, function: Function, region: str) -> None:
        self._function = function
        self._region = region
        self._least = _LEVELS.get(function.system_log_level, 1)

    def init_start(self) -> str | None:
        runtime = self._function.runtime
        return self._event(
            "INFO",
            "platform.initStart",
            {
                "initializationType": "on-demand",
                "phase": "init",
                "runtimeVersion": runtime_version(runtime),
                "runtimeVersionArn": runtime_version_arn(runtime, self._region),
                "functionName": self._function.name,
                "functionVersion": self._function.version,
            },
        )

    def init_report(self, duration: float, phase: str, error_type: str | None) -> str | None:
        record: dict[str, Any] = {
            "initializationType": "on-demand",
            "phase": phase,
            "status": "error" if error_type else "timeout",
            "metrics": {"durationMs": _ms(duration)},
        }
        return self._event("WARN", "platform.initReport", {**record, **_error(error_type)})

    def initialised(self, duration: float, phase: str) -> str | None:
        """Report an init that succeeded."""
        record = {
            "initializationType": "on-demand",
            "phase": phase,
            "status": "success",
            "metrics": {"durationMs": _ms(duration)},
        }
        return self._event("DEBUG", "platform.initReport", record)

    def start(self, request_id: str) -> str | None:
        record = {
            "requestId": request_id,
            "functionArn": self._function.arn,
            "version": self._function.version,
        }
        return self._event("INFO", "platform.start", record)

    def end(self, facts: Report) -> str | None:
        record = {
            "requestId": facts.request_id,
            "status": facts.status or "success",
            **_error(facts.error_type),
            "metrics": {"durationMs": _ms(facts.duration)},
        }
        return self._event("WARN" if facts.status else "DEBUG", "platform.runtimeDone", record)

    def report(self, facts: Report) -> str | None:
        metrics = {
            "durationMs": _ms(facts.duration),
            "billedDurationMs": facts.billed_ms,
            "memorySizeMB": facts.memory_size,
            "maxMemoryUsedMB": facts.max_memory_used,
        }
        if facts.init_duration is not None:
            metrics["initDurationMs"] = _ms(facts.init_duration)
        record = {
            "requestId": facts.request_id,
            "metrics": metrics,
            "status": facts.status or "success",
            **_error(facts.error_type),
        }
        return self._event("WARN" if facts.status else "INFO", "platform.report", record)

    def _event(self, level: str, kind: str, record: dict[str, Any]) -> str | None:
        if _LEVELS[level] < self._least:
            return None
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        return json.dumps({"time": now, "type": kind, "record": record})


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _error(error_type: str | None) -> dict[str, str]:
    return {"errorType": error_type} if error_type else {}
