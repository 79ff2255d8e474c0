"""MiniStack's pipes are read by our pollers, with all that they were made with."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from visitplannr.backend.server.ministack.corrections import complete_by
from visitplannr.backend.server.ministack.seams import find_seam, service
from visitplannr.backend.server.ministack.sources import MAKING
from visitplannr.backend.server.pipes.pipe import PARAMETERS, starts_at
from visitplannr.backend.server.pipes.targets import NotSentError

_ERROR = 300
StartReading = Callable[[str, str, str], None]


def keep_pipes(start_reading: StartReading) -> None:
    """Keep what pipes are made with, and read none of them by MiniStack's own poller.

    `start_reading` notes where a new one reads from: its ARN, its source's, StartingPosition.
    """

    def complete(name: str, properties: Mapping[str, Any]) -> None:
        pipe = service("pipes")._pipes[name]
        is_new = not any(given in pipe for given in PARAMETERS)
        pipe.update({given: properties.get(given) for given in PARAMETERS})
        if is_new:
            start_reading(pipe["Arn"], pipe["Source"], starts_at(pipe))

    pipes = service("pipes")
    pipes._ensure_poller = lambda: None
    complete_by("AWS::Pipes::Pipe", complete, MAKING)
    pipes._create_pipe = _completed(pipes._create_pipe, complete)
    pipes._update_pipe = _completed(pipes._update_pipe, complete)
    pipes._describe_response = _with_parameters(pipes._describe_response)


def pipe_at(arn: str) -> Mapping[str, Any] | None:
    """Find a pipe; the caller is in its account and region."""
    found: Mapping[str, Any] | None = service("pipes")._find_pipe_by_arn(arn)
    return found


def ask(name: str, target: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Call an operation of one of MiniStack's services; fits `targets.Ask`.

    Raises:
        NotSentError: it was refused.
    """
    headers, sent = {"x-amz-target": target}, json.dumps(body)
    if name == "sns":
        headers = {"content-type": "application/x-www-form-urlencoded"}
        sent = urlencode({"Action": target, **body})
    call = find_seam("app.call_service_handler_sync")
    handler = service(name).handle_request
    status, _, answer = call(handler, "POST", "/", headers, sent.encode(), {})
    if status >= _ERROR:
        raise NotSentError(f"{target}: {status} {answer!r}")
    return json.loads(answer) if answer and name != "sns" else {}


def _completed(
    change: Callable[[str, Mapping[str, Any]], Any],
    complete: Callable[[str, Mapping[str, Any]], None],
) -> Callable[[str, Mapping[str, Any]], Any]:
    def changed(name: str, body: Mapping[str, Any]) -> Any:
        with MAKING:
            answer = change(name, body)
            if answer[0] < _ERROR:
                pipe = service("pipes")._pipes[name]
                complete(name, {given: body.get(given, pipe.get(given)) for given in PARAMETERS})
        return answer

    return changed


def _with_parameters(
    describe: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def described(pipe: Mapping[str, Any]) -> dict[str, Any]:
        return {**describe(pipe), **{name: pipe[name] for name in PARAMETERS if pipe.get(name)}}

    return described
