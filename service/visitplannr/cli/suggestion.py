"""What there is instead of a name that there is not, and which of them was meant."""

import difflib
from collections.abc import Iterable


def there_are(names: Iterable[str], asked: str = "") -> str:
    """Say what there is; the name that is like the one that was asked for comes with a question."""
    listed = sorted(names)
    if not listed:
        return "there are none"
    all_of_them = f"there are: {', '.join(listed)}"
    meant = like(listed, asked)
    return f"{all_of_them}; did you mean {meant}?" if meant else all_of_them


def like(names: Iterable[str], asked: str) -> str | None:
    """Find the name that is most like another one, if any is; upper and lower case are alike."""
    by_folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(asked.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None
