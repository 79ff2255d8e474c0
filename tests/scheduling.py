"""Which tests share a worker, and which come first.

A worker that is done takes the next group: what waits or takes long must not be the last, and what
shares a running `up` or a server has to find it on the same worker, which ends it with the group.
A group is a file, unless it is named here, where its files stand in the order in which they run.
"""

from collections.abc import Sequence

import pytest

FIRST: dict[str, Sequence[str]] = {
    "the running stack": (
        "integration/test_command_channel.py",
        "integration/test_commands.py",
        "integration/test_console.py",
        "integration/test_guard.py",
        "integration/test_readme.py",
        "integration/test_lifecycle.py",
        "integration/test_applications.py",
        "integration/test_code.py",
        "integration/test_function_urls.py",
        "integration/test_given.py",
        "integration/test_plain_apis.py",
    ),
    "the application of `init`": ("integration/test_guides.py", "integration/test_detached.py"),
    "lives of `up`": ("integration/test_up.py",),
    "sessions of the test kit": ("testing/test_sessions.py",),
    "a stack of the test kit": ("testing/test_plugin.py", "testing/test_guide.py"),
    "sources of events": ("triggers/",),
    "runtime host": ("runtime/test_host.py", "runtime/test_host_failures.py"),
    "saved files": ("integration/test_reload.py",),
    "runtimes": ("runtime/test_runtimes.py",),
    "memory": ("runtime/test_memory.py",),
    "wheel": ("packaging/",),
    "tables elsewhere": ("integration/test_tables.py",),
    "calls of integrations": ("backend/test_integration_calls.py",),
    "a table": ("functions/",),
    "gateways": ("gateway/",),
    "counts": ("runtime/test_counts.py",),
    "guardian": ("up/test_guardian.py",),
    "environments": ("runtime/test_environment.py",),
}


def group_of(nodeid: str) -> str:
    """Name the group of a test."""
    file = nodeid.partition("::")[0]
    inside = file.removeprefix("tests/")
    return next((name for name, parts in FIRST.items() if inside.startswith(tuple(parts))), file)


def rank_of(item: pytest.Item) -> tuple[int, int]:
    """Say how early a test comes; those of the same rank keep their order."""
    group = group_of(item.nodeid)
    if group not in FIRST:
        return len(FIRST), 0
    inside = item.nodeid.removeprefix("tests/")
    place = next(i for i, part in enumerate(FIRST[group]) if inside.startswith(part))
    return list(FIRST).index(group), place


def grouped(items: Sequence[pytest.Item]) -> Sequence[Sequence[pytest.Item]]:
    """Put together what one worker runs, in the order of their first tests."""
    groups: dict[str, list[pytest.Item]] = {}
    for item in items:
        groups.setdefault(group_of(item.nodeid), []).append(item)
    return list(groups.values())
