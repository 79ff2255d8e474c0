"""Which tests share a worker, and which come first.

A worker that is done takes the next group: what waits or takes long must not be the last, and what
shares a running `up` has to find it on the same worker. A group is a file, unless it is named here.
"""

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadScopeScheduling

FIRST: dict[str, Sequence[str]] = {
    "applications on the running stack": (
        "integration/test_applications.py",
        "integration/test_function_urls.py",
        "integration/test_lifecycle.py",
        "integration/test_readme.py",
    ),
    "lives of `up`": ("integration/test_up.py",),
    "sessions of the test kit": ("testing/test_sessions.py",),
    "a stack of the test kit": ("testing/test_guide.py", "testing/test_plugin.py"),
    "sources of events": ("triggers/",),
    "the running stack": (
        "integration/test_command_channel.py",
        "integration/test_commands.py",
        "integration/test_console.py",
        "integration/test_guard.py",
    ),
    "saved files": ("integration/test_reload.py",),
    "wheel": ("packaging/",),
    "runtime host": ("runtime/test_host.py",),
    "memory": ("runtime/test_memory.py",),
    "runtimes": ("runtime/test_runtimes.py",),
    "a table": ("functions/",),
    "counts": ("runtime/test_counts.py",),
    "guardian": ("up/test_guardian.py",),
    "environments": ("runtime/test_environment.py",),
}


def group_of(nodeid: str) -> str:
    """Name the group of a test."""
    file = nodeid.partition("::")[0]
    inside = file.removeprefix("tests/")
    return next((name for name, parts in FIRST.items() if inside.startswith(tuple(parts))), file)


def rank_of(item: pytest.Item) -> int:
    """Say how early a test comes; those of the same rank keep their order."""
    group = group_of(item.nodeid)
    return list(FIRST).index(group) if group in FIRST else len(FIRST)


def by_group(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Give each group to one worker, in the order in which they were collected."""
    config.option.loadscopereorder = False
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = group_of
    return scheduler
