"""Lambda's own lines where LoggingConfig's LogFormat is JSON (lambda-runtime.md L45)."""

import json
from datetime import UTC, datetime
from typing import Any

from visitplannr.model.application import Function
from visitplannr.runtime.platform_log import Report, runtime_version, runtime_version_arn


class JsonLines:
    """Makes the lines of one function; those below its system log level are None."""

    def __init__(self, function: Function, region: str) -> None:
        self._function = function
        self._region = region
        self._informs = function.system_log_level in {"INFO", "DEBUG"}

    def init_start(self) -> str | None:
        runtime = self._function.runtime
        return self._info(
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
        return self._info("platform.initReport", {**record, **_error(error_type)})

    def start(self, request_id: str) -> str | None:
        record = {
            "requestId": request_id,
            "functionArn": self._function.arn,
            "version": self._function.version,
        }
        return self._info("platform.start", record)

    def end(self, _request_id: str) -> str | None:
        """Say nothing: `platform.runtimeDone` is of the level DEBUG."""
        return None

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
        return self._info("platform.report", record)

    def _info(self, kind: str, record: dict[str, Any]) -> str | None:
        if not self._informs:
            return None
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        return json.dumps({"time": now, "type": kind, "record": record})


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _error(error_type: str | None) -> dict[str, str]:
    return {"errorType": error_type} if error_type else {}
