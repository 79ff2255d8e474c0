"""`visitplannr keep-tables`, for the localstack image: save tables once, regularly, or restore."""

import contextlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Never

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from visitplannr.backend.endpoint import Credentials
from visitplannr.cli.output import print_line
from visitplannr.cli.place import Place, PlaceError
from visitplannr.localstack.table_items import restore, save, saved_tables, tables_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_SLOWER = 10
_ACCOUNT, _REGION = "000000000000", "us-east-1"


def save_directly(url: str, folder: Path) -> int:
    """Save what was saved before once more, from DynamoDB Local behind a LocalStack that is ending.

    LocalStack refuses requests by then, so nothing is written any more. It names its
    accounts and regions by access keys.
    """
    try:
        client = boto3.client(
            "dynamodb",
            endpoint_url=url,
            region_name=_REGION,
            aws_access_key_id=_ACCOUNT + _REGION.replace("-", ""),
            aws_secret_access_key=Credentials().secret_access_key,
        )
        print_line(f"{save(client, saved_tables(folder), folder)} items saved")
    except (BotoCoreError, ClientError, OSError, ValueError) as error:
        raise PlaceError(f"the tables cannot be saved: {error}") from error
    return 0


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
            print_line(f"{restore(client, tables, folder)} items put back")
            return 0
        if every is None:
            print_line(f"{save(client, tables, folder)} items saved")
            return 0
        return _save_regularly(client, tables, folder, every)
    except (BotoCoreError, ClientError, OSError, ValueError) as error:
        raise PlaceError(f"the tables of {place.stack_name} cannot be kept: {error}") from error


def _save_regularly(
    client: "DynamoDBClient", tables: Mapping[str, str], folder: Path, every: float
) -> Never:
    """Save again and again; a backend that does not answer now may do so the next time."""
    pause = 0.0
    while True:
        time.sleep(pause)
        began = time.monotonic()
        with contextlib.suppress(BotoCoreError, ClientError):
            save(client, tables, folder)
        pause = max(every, _SLOWER * (time.monotonic() - began))
