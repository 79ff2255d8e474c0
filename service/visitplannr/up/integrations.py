"""Join the gateway to what it calls besides functions, and to who runs them later."""

import functools
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from visitplannr.backend.endpoint import Backend
from visitplannr.gateway.connections import OpenConnections
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.endpoints import Call, CallEndpoint, EndpointAnswer
from visitplannr.model.invocation import Invoker, InvokeStreaming
from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.options import UpOptions

if TYPE_CHECKING:
    from visitplannr.backend.integration_calls import IntegrationCalls

_A_DAY = 86_400.0


def gateway_settings(
    options: UpOptions,
    backend: Backend,
    invoker: Invoker,
    stream: InvokeStreaming | None,
    connections: OpenConnections,
) -> GatewaySettings:
    """Say what the gateway does with what is not in the application.

    While functions are debugged, it waits for them.
    """

    def submit(function: str, payload: bytes) -> Awaitable[str]:
        return invoker.submit(function, payload, trigger="api")

    def keys_of(issuer: str) -> str | None:
        return options.jwks or backend.user_pool_keys(issuer)

    seconds = _A_DAY if options.debug else None
    call = integration_calls(backend)
    return GatewaySettings(keys_of, seconds, stream, call, submit, connections)


def integration_calls(backend: Backend) -> CallEndpoint:
    """Make calls in threads: what is called may be calling us."""

    @functools.cache
    def calls() -> "IntegrationCalls":
        from visitplannr.backend.integration_calls import IntegrationCalls  # noqa: PLC0415 - late

        return IntegrationCalls(backend)

    async def call(asked: Call) -> EndpointAnswer:
        return await in_daemon_thread(lambda: calls()(asked))

    return call
