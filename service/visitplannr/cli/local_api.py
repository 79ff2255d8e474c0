"""What the running `up` offers below `/_local/`, over HTTP."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from visitplannr.cli.place import PlaceError

_SECONDS = 60
# A proxy is for what is far away.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class RefusedError(PlaceError):
    """It answered with an error; the message is its own."""

    def __init__(self, message: str, status: int, said: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.status = status
        self.said = said


def ask(url: str, path: str, body: Any = None, *, method: str | None = None) -> Any:
    """Ask for a path below `/_local/`; give its JSON, or None without any.

    Raises:
        PlaceError: nobody answers at `url`.
        RefusedError: the answer is an error.
    """
    request = urllib.request.Request(  # noqa: S310 - the URL of our own `up`
        f"{url.replace('//0.0.0.0:', '//127.0.0.1:')}/_local/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method=method,
    )
    try:
        with _direct.open(request, timeout=_SECONDS) as answer:
            said = answer.read()
            return json.loads(said) if said else None
    except urllib.error.HTTPError as error:
        raise _refused(error) from error
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise PlaceError(f"the gateway at {url} does not answer: {reason}") from error


def _refused(error: urllib.error.HTTPError) -> RefusedError:
    try:
        said = json.loads(error.read())
    except ValueError:
        said = {}
    why = said.get("detail") or said.get("message") or str(error)
    return RefusedError(str(why), error.code, said)
