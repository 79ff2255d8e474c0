"""Random JSON for property tests: three levels deep, a few members wide.

`st.recursive` takes three to ten times as long for texts of this size: it draws again what has more
leaves than it may have.
"""

from typing import Any

from hypothesis import strategies as st

CONSTANTS = st.none() | st.booleans() | st.integers()
LEVELS = 3
MEMBERS = 3


def documents(
    scalars: st.SearchStrategy[Any], names: st.SearchStrategy[str]
) -> st.SearchStrategy[Any]:
    """Give scalars, lists and objects of them, with such names."""
    found = scalars
    for _ in range(LEVELS):
        lists = st.lists(found, max_size=MEMBERS)
        found = scalars | lists | st.dictionaries(names, found, max_size=MEMBERS)
    return found
