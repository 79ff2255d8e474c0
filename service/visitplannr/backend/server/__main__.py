"""The backend process: our steps around MiniStack, served by uvicorn on an inherited socket."""

import argparse
import os
import resource
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from visitplannr.backend.server.application import application
from visitplannr.backend.server.http_protocol import PromptHeadProtocol
from visitplannr.backend.server.ministack.seams import MovedError
from visitplannr.backend.server.steps import App


class Server(uvicorn.Server):
    """A server that ends with the process that started it, even if a guardian is gone, too."""

    def __init__(self, app: App) -> None:
        super().__init__(config(app))
        self._parent = os.getppid()

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or os.getppid() != self._parent


def config(app: App) -> uvicorn.Config:
    """Configure a server for AWS SDKs: they keep connections for long and send their own dates."""
    return uvicorn.Config(
        app,
        http=PromptHeadProtocol,
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )


def main(arguments: Sequence[str]) -> int:
    """Run the backend until SIGTERM, after which MiniStack's state is written.

    Returns 1 if it cannot start; uvicorn lets the signal end the process.
    """
    parser = argparse.ArgumentParser(prog="visitplannr.backend.server")
    parser.add_argument("--listener", type=int, required=True, help="an inherited descriptor")
    parser.add_argument("--invocations", type=Path, required=True, help="a Unix socket's path")
    options = parser.parse_args(arguments)
    _open_as_many_files_as_allowed()
    try:
        app = application(options.invocations)
    except MovedError as error:
        sys.stderr.write(f"visitplannr: the installed MiniStack cannot be used: {error}\n")
        return 1
    listener = socket.socket(fileno=options.listener)
    Server(app).run(sockets=[listener])
    return 0


def _open_as_many_files_as_allowed() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
