"""What environment variables say of AWS's own tools and of shells, where commands mind them."""

import os
import re

import typer

_URL = r"https?://[^/\s]+/?"


def is_endpoint(url: str) -> bool:
    """Say whether a text is a URL without a path."""
    return re.fullmatch(_URL, url) is not None


def endpoint_at_hand() -> str | None:
    """Give the endpoint of AWS_ENDPOINT_URL; whoever uses it says so.

    Raises:
        BadParameter: it is no URL.
    """
    url = os.environ.get("AWS_ENDPOINT_URL")
    if url and not is_endpoint(url):
        raise typer.BadParameter(f"AWS_ENDPOINT_URL is {url}, no URL such as http://localhost:4566")
    return url or None


def profile_at_hand() -> str | None:
    """Give the profile of AWS_PROFILE, which --aws uses."""
    return os.environ.get("AWS_PROFILE") or None


def keep_help_in_one_line() -> None:
    """Widen the output while a shell completes: fish takes each line of a help text for a word."""
    if "_VISITPLANNR_COMPLETE" in os.environ:
        os.environ["COLUMNS"] = "1000"
