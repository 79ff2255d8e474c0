"""The backend process: our steps around MiniStack, served by uvicorn on an inherited socket."""

import argparse
import contextlib
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import uvicorn

from visitplannr.backend.server.application import application
from visitplannr.backend.server.authorising import authorising
from visitplannr.backend.server.clock import Clock
from visitplannr.backend.server.keeping import keeping, quietly
from visitplannr.backend.server.ministack.earlier_tables import take_over_earlier_tables
from visitplannr.backend.server.ministack.kept_logs import KeptLogs
from visitplannr.backend.server.ministack.kept_messages import KeptMessages
from visitplannr.backend.server.ministack.kinesis_destinations import to_kinesis
from visitplannr.backend.server.ministack.seams import MovedError
from visitplannr.backend.server.ministack.sources import wake_pollers
from visitplannr.backend.server.ministack.state_files import StateFiles
from visitplannr.backend.server.notices import tell_warnings
from visitplannr.backend.server.positions import Positions
from visitplannr.backend.server.steady_time import SteadyTime
from visitplannr.backend.server.steps import App
from visitplannr.backend.server.tables import DynamoDB, Engines, has_table, on_this_machine
from visitplannr.backend.server.throughput import ThroughputReport
from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.storage.opening import DatabaseRefusedError
from visitplannr.model.function_credentials import SEALED_WITH
from visitplannr.model.http_protocol import StrictProtocol
from visitplannr.model.keeping import Keeping
from visitplannr.model.strictness import CapacityMode, Iam

_TICKS_A_SECOND = 10


class Server(uvicorn.Server):
    """A server that ends with the process that started it, even if a guardian is gone, too.

    `every_second` is what has to be done so often.
    """

    def __init__(self, app: App, every_second: Callable[[], None]) -> None:
        super().__init__(config(app))
        self._parent = os.getppid()
        self._every_second = every_second

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_A_SECOND == 0:
            self._every_second()
        return await super().on_tick(counter) or os.getppid() != self._parent


def config(app: App) -> uvicorn.Config:
    """Configure a server for AWS SDKs: they keep connections for long and send their own dates."""
    return uvicorn.Config(
        app,
        http=StrictProtocol,
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

    Returns 1 if it cannot start. After SIGTERM, which uvicorn raises again, the process ends with
    1 if not all of the state could be written.
    """
    options = _options(arguments)
    _open_as_many_files_as_allowed()
    say, clock = partial(_say, options.notices), Clock(SteadyTime())
    tell_warnings(say)
    gc.disable()  # MiniStack's import takes a sixth less time so
    try:
        dynamodb = _dynamodb(options, clock, say)
        positions = Positions(options.tables / "positions.sqlite", say)
        secret = bytes.fromhex(os.environ.pop(SEALED_WITH, ""))
        asked = authorising(options.iam, secret, dynamodb.of, options.region, say)
        messages = KeptMessages(options.state / "messages.sqlite", say)
        keep = keeping(messages.keep)
        app = application(
            options.invocations, dynamodb, positions, clock, keep=keep, deciding=asked
        )
        take_over_earlier_tables(dynamodb.of, options.state, say)
        KeptLogs(Keeping(options.keep_size, options.keep_days), clock).install()
        files = StateFiles(options.state, say, has_table(dynamodb))
        files.install()
        messages.install()
    except MovedError as error:
        say(f"the installed MiniStack cannot be used: {error}")
        return 1
    except (DatabaseRefusedError, DynamoDBError) as error:
        say(str(error.args[-1]))
        return 1
    gc.freeze()
    gc.enable()
    listener = socket.socket(fileno=options.listener)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(bool(files.unwritten)))

    def every_second() -> None:
        dynamodb.every_second()
        quietly(messages.keep)

    Server(app, every_second).run(sockets=[listener])
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="visitplannr.backend.server")
    parser.add_argument("--listener", type=int, required=True, help="an inherited descriptor")
    parser.add_argument("--invocations", type=Path, required=True, help="a Unix socket's path")
    parser.add_argument("--tables", type=Path, required=True, help="the folder of its databases")
    parser.add_argument("--state", type=Path, required=True, help="the folder of its other state")
    parser.add_argument("--notices", type=int, required=True, help="an inherited descriptor")
    parser.add_argument("--region", required=True, help="where unsigned requests belong")
    parser.add_argument("--keep-size", type=int, required=True, help="of logs, in bytes")
    parser.add_argument("--keep-days", type=float, required=True, help="of logs")
    parser.add_argument("--dynamodb-endpoint-url", help="another DynamoDB than our own")
    parser.add_argument("--iam", type=Iam, required=True, help="policies of callers")
    parser.add_argument("--throughput", type=CapacityMode, required=True, help="of tables")
    return parser.parse_args(arguments)


def _dynamodb(options: argparse.Namespace, clock: Clock, say: Callable[[str], None]) -> DynamoDB:
    """Join the tables; botocore, which the others need, takes long to import.

    Raises:
        DatabaseRefusedError, DynamoDBError: they cannot be used; the text says why.
    """
    if options.dynamodb_endpoint_url:
        from visitplannr.backend.server.remote_tables import somewhere_else  # noqa: PLC0415

        return somewhere_else(options.dynamodb_endpoint_url, options.region, say)
    report = ThroughputReport(options.throughput, clock, say)
    engines = Engines(options.tables, clock, say, wake_pollers, report, to_kinesis)
    return on_this_machine(engines, options.region)


def _say(notices: int, line: str) -> None:
    """Tell `up`, which says it in the terminal; our own log has it, too."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
    with contextlib.suppress(OSError):
        os.write(notices, f"{line}\n".encode())


def _open_as_many_files_as_allowed() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
