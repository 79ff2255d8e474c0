"""`python -m visitplannr.dynamodb`: DynamoDB on a port of this machine."""

import argparse
import gc
import sys

MEMORY = ":memory:"


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


def main() -> int:
    """Run the server; 0 after a signal, 1 if it cannot start."""
    given = arguments()
    gc.disable()  # the import takes a tenth less time so
    from visitplannr.dynamodb.serving import run  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    return run(given)


if __name__ == "__main__":
    sys.exit(main())
