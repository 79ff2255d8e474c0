"""`python -m visitplannr.dynamodb`: DynamoDB on a port of this machine."""

import argparse
import asyncio
import signal
import sys
import time

import uvloop

from visitplannr.dynamodb.desk import Desk
from visitplannr.dynamodb.engine import Engine, open_engine
from visitplannr.dynamodb.server import Connection
from visitplannr.dynamodb.storage.opening import MEMORY, DatabaseRefusedError
from visitplannr.dynamodb.wire import Wire

HOUSEKEEPING_SECONDS = 1.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m visitplannr.dynamodb",
        description="DynamoDB on SQLite.",
        epilog="Example: python -m visitplannr.dynamodb --port 8001 --database dynamodb.db",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8001, help="port, 0 for any free one (8001)")
    parser.add_argument(
        "--database", default=MEMORY, metavar="FILE", help=f"the database file ({MEMORY})"
    )
    parser.add_argument(
        "--synchronous",
        choices=["NORMAL", "FULL"],
        default="NORMAL",
        help="FULL survives a loss of power, too, and costs 0.3 ms a write (NORMAL)",
    )
    parser.add_argument("--region", default="us-east-1", help="the region in ARNs (us-east-1)")
    return parser.parse_args()


async def serve(engine: Engine, host: str, port: int, database: str) -> None:
    """Answer until SIGINT or SIGTERM."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    desk = Desk(Wire(engine.call, time.time, engine.place.region), engine.together)
    server = await loop.create_server(lambda: Connection(desk), host, port)
    listening = server.sockets[0].getsockname()[1]
    print(f"DynamoDB at http://{host}:{listening}, database {database}", flush=True)  # noqa: T201
    while not stop.is_set():
        engine.keep_house()
        try:
            await asyncio.wait_for(stop.wait(), HOUSEKEEPING_SECONDS)
        except TimeoutError:
            continue
    server.close()


def main() -> int:
    """Run the server; 0 after a signal, 1 if it cannot start."""
    given = arguments()
    try:
        engine = open_engine(
            given.database, time.time, synchronous=given.synchronous, region=given.region
        )
    except DatabaseRefusedError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    try:
        uvloop.run(serve(engine, given.host, given.port, given.database))
    except OSError as error:
        print(  # noqa: T201
            f"{given.host}:{given.port}: cannot listen ({error.strerror}); name another --port",
            file=sys.stderr,
        )
        return 1
    finally:
        engine.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
