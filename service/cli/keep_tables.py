"""`visitplannr keep-tables`, for the localstack image: save tables once, regularly, or restore."""

import sys
import time
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from service.cli.place import Place, PlaceError
from service.deployment.table_items import restore, save, tables_of

_SLOWER = 10


def run_keep_tables(place: Place, folder: Path, *, restoring: bool, every: float | None) -> int:
    """Restore, or save; with `every`, save after so many seconds, until the backend is gone.

    Large tables take longer to read, so there is ten times as much pause.

    Raises:
        PlaceError: the stack or its tables cannot be read or written.
    """
    try:
        tables = tables_of(place.backend, place.stack_name)
        client = place.backend.client("dynamodb")
        if restoring:
            sys.stdout.write(f"{restore(client, tables, folder)} items put back\n")
            return 0
        if every is None:
            sys.stdout.write(f"{save(client, tables, folder)} items saved\n")
            return 0
        pause = every
        while True:
            time.sleep(pause)
            began = time.monotonic()
            save(client, tables, folder)
            pause = max(every, _SLOWER * (time.monotonic() - began))
    except (BotoCoreError, ClientError, OSError, ValueError) as error:
        raise PlaceError(f"the tables of {place.stack_name} cannot be kept: {error}") from error
