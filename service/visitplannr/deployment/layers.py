"""Layers that SAM's transform renames."""

import re
from typing import Any


def is_layer(named: str, made: Any) -> bool:
    """Say whether `made` is the logical id of the layer that the template has `named`.

    The transform adds ten letters of a hash to it.
    """
    return isinstance(made, str) and bool(
        re.fullmatch(rf"{re.escape(named)}([0-9a-f]{{10}})?", made)
    )
