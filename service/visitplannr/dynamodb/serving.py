"""Serve an engine on a port until the process is told to end."""

import asyncio
import signal
import sys
import time
from argparse import Namespace

import uvloop

from visitplannr.dynamodb.desk import Desk
from visitplannr.dynamodb.engine import Engine, open_engine
from visitplannr.dynamodb.server import Connection
from visitplannr.dynamodb.storage.opening import DatabaseRefusedError
from visitplannr.dynamodb.wire import Wire

HOUSEKEEPING_SECONDS = 1.0


def run(given: Namespace) -> int:
    """Run the server; 0 after a signal, 1 if it cannot start."""
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
