"""What environment variables say of the system, of AWS's own tools and of shells."""

import os
import re
from pathlib import Path

import typer

from visitplannr.template.kept_translations import KeptTranslations

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


def translations() -> KeptTranslations:
    """Give what translates SAM templates, and keeps that in the user's cache, if there is one."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    try:
        cache = Path(named if named.startswith("/") else Path.home() / ".cache")
    except RuntimeError:  # nobody knows of a home folder
        return KeptTranslations()
    return KeptTranslations(cache / "visitplannr" / "translations")
