"""What a function has been given to import."""

import sys
from typing import Any

import boto3
import runtime_client


def version(event: Any, context: Any) -> Any:
    return [list(sys.version_info[:2]), runtime_client.__file__, boto3.__name__]
