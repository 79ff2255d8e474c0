"""A module that is seldom used is imported when something of it is read, and once."""

import importlib
import importlib.util
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from visitplannr.backend.server.ministack.deferred import SELDOM, DeferredModule, defer, missing

MODULE = """
import sys
sys.imported_seldom = getattr(sys, "imported_seldom", 0) + 1
count = 0

def add():
    global count
    count += 1

def get_state():
    return count
"""


@pytest.fixture
def seldom(tmp_path: Path) -> Iterator[ModuleType]:
    folder = tmp_path / "deferring"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "seldom.py").write_text(MODULE)
    (folder / "other.py").write_text("")
    sys.path.insert(0, str(tmp_path))
    try:
        defer(["seldom", "nowhere"], "deferring")
        yield importlib.import_module("deferring.seldom")
    finally:
        sys.path.remove(str(tmp_path))
        for name in [name for name in sys.modules if name.startswith("deferring")]:
            del sys.modules[name]
        vars(sys).pop("imported_seldom", None)


def imported() -> int:
    return int(vars(sys).get("imported_seldom", 0))


def test_it_is_not_imported_for_what_it_would_have_to_keep(seldom: ModuleType) -> None:
    assert isinstance(seldom, DeferredModule)
    assert not hasattr(seldom, "get_state")
    assert not hasattr(seldom, "reset")
    assert not hasattr(seldom, "__path__")
    assert imported() == 0


def test_it_becomes_the_module_and_is_one_with_it(seldom: ModuleType) -> None:
    seldom.add()
    assert (seldom.count, seldom.get_state(), type(seldom)) == (1, 1, ModuleType)
    assert imported() == 1
    with pytest.raises(AttributeError, match="nothing"):
        _ = seldom.nothing


def test_many_threads_import_it_once(seldom: ModuleType) -> None:
    threads = [threading.Thread(target=lambda: seldom.add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert imported() == 1


def test_all_that_are_deferred_are_services_of_ministack() -> None:
    found = {name: importlib.util.find_spec(f"ministack.services.{name}") for name in SELDOM}
    assert None not in found.values(), found


def test_a_module_is_missing_for_a_while(seldom: ModuleType) -> None:
    with missing("deferring.other"), pytest.raises(ImportError):
        importlib.import_module("deferring.other")
    assert importlib.import_module("deferring.other")
    with missing("deferring.other"):
        assert importlib.import_module("deferring.other")
