"""What an execution environment sees of the machine: its variables, folders and packages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from visitplannr.model.application import Function
from visitplannr.model.function_credentials import Issue, SessionCredentials


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The same for all environments of a host.

    `work` is where each environment gets a folder for its temporary files; `late` gives variables
    that are only known when an environment is started. With `issue`, each has credentials of its
    own instead of those that are named here.
    """

    region: str
    access_key_id: str
    secret_access_key: str
    session_token: str
    endpoint_url: str
    path: str
    work: Path
    late: Callable[[], Mapping[str, str]] = dict
    issue: Issue | None = None

    def credentials(self, function: Function, log_stream: str) -> SessionCredentials:
        """Give those of an environment, which its log stream names."""
        if self.issue:
            return self.issue(function.name, log_stream)
        return SessionCredentials(self.access_key_id, self.secret_access_key, self.session_token)

    def variables(self, function: Function, *, runtime_api: str, log_stream: str) -> dict[str, str]:
        """Give an environment's variables in their order of precedence (lambda-runtime.md L47).

        `PATH` is this machine's. Those of the runtime's own come with its `launch`.
        """
        return {
            **_defaults(self),
            **self.late(),
            **function.environment,
            **_reserved(self, function, runtime_api, log_stream),
        }


def _defaults(sandbox: Sandbox) -> Mapping[str, str]:
    return {
        "AWS_ENDPOINT_URL": sandbox.endpoint_url,
        "LANG": "en_US.UTF-8",
        "LC_CTYPE": "C.UTF-8",
        "PATH": sandbox.path,
        "TZ": ":UTC",
    }


def _reserved(
    sandbox: Sandbox, function: Function, runtime_api: str, log_stream: str
) -> Mapping[str, str]:
    code, credentials = function.code, sandbox.credentials(function, log_stream)
    return {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_DEFAULT_REGION": sandbox.region,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_REGION": sandbox.region,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
        "LAMBDA_TASK_ROOT": str(code if code.is_dir() else code.parent),
        "_HANDLER": function.handler,
        **_of_runtime(function),
        **(_json_logging(function) if function.log_format == "JSON" else {}),
    }


def _of_runtime(function: Function) -> Mapping[str, str]:
    """Give what provided runtimes do not have (L47), and Python's channel for records (L43)."""
    if function.runtime.startswith("provided"):
        return {}
    records = {"_LAMBDA_TELEMETRY_LOG_FD": "1"} if function.runtime.startswith("python") else {}
    return {"AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}", **records}


def _json_logging(function: Function) -> Mapping[str, str]:
    """Give the variables of LoggingConfig's JSON format (L45)."""
    return {
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": function.application_log_level,
    }
