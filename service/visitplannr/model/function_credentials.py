"""The temporary credentials of functions, which tell their holder to whoever has the run's secret.

The session token names the function and is sealed with the secret, and the two keys follow from the
token: nothing has to be asked or remembered, also not after a restart of the backend.
"""

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass

SEALED_WITH = "VISITPLANNR_CREDENTIALS"
"""The variable by which the backend's process gets the secret, in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class SessionCredentials:
    """What signs the requests of one execution environment."""

    access_key_id: str
    secret_access_key: str
    session_token: str


Issue = Callable[[str, str], SessionCredentials]
"""Gives credentials to a function, by its name, and one of its environments."""


class FunctionCredentials:
    """Hands out and recognises credentials of functions, by their names."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(self, function: str, environment: str) -> SessionCredentials:
        """Give those of an execution environment of a function."""
        holder = base64.urlsafe_b64encode(json.dumps([function, environment]).encode())
        token = f"{holder.decode()}.{self._seal('token', holder.decode()).hex()}"
        return SessionCredentials(self._access_key(token), self.secret_key(token), token)

    def holder(self, access_key_id: str, session_token: str) -> str | None:
        """Give the function that has credentials; None if they are not of this run."""
        holder, _, seal = session_token.partition(".")
        if not _is(self._seal("token", holder).hex(), seal):
            return None
        if not _is(self._access_key(session_token), access_key_id):
            return None
        return str(json.loads(base64.urlsafe_b64decode(holder))[0])

    def secret_key(self, session_token: str) -> str:
        """Give the secret access key that goes with a token."""
        return base64.b64encode(self._seal("secret", session_token)).decode()[:40]

    def _access_key(self, token: str) -> str:
        return f"ASIA{base64.b32encode(self._seal('key', token)).decode()[:16]}"

    def _seal(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._secret, f"{purpose} {text}".encode(errors="replace"), "sha256")


def _is(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode(errors="replace"))
