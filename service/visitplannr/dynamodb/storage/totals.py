"""How many items a table or an index has, and their size: counted once, then kept up to date."""

from collections.abc import Callable, Hashable, Iterable


class Totals:
    """Counts and sizes by the name of what has them. What nobody asked for is not kept."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[int, int]] = {}

    def of(self, name: Hashable, count: Callable[[], tuple[int, int]]) -> tuple[int, int]:
        """Give number and bytes, which `count` finds where they are not known yet."""
        if name not in self._known:
            self._known[name] = count()
        return self._known[name]

    def change(self, name: Hashable, number: int, size: int) -> None:
        known = self._known.get(name)
        if known is not None:
            self._known[name] = (known[0] + number, known[1] + size)

    def knows_any(self, names: Iterable[Hashable]) -> bool:
        return any(name in self._known for name in names)

    def forget(self) -> None:
        self._known.clear()
