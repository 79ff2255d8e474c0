"""Messages in queues on disk: who has sent one and was answered finds it, whatever is killed.

MiniStack has them in memory and writes them when it ends. Here they are written before a request is
answered; what is done on the side (deliveries, polled messages that are handled) a little later.
So a message may come twice after a kill, as on AWS, but none is lost.
"""

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from visitplannr.backend.server.kept_database import open_kept
from visitplannr.backend.server.ministack.seams import find_seam, module, service

_QUEUES = "sqs"
_COMPLETE = 1
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS message (number INTEGER PRIMARY KEY, queue TEXT, id TEXT, "
    "message TEXT, UNIQUE (queue, id))"
)

Queue = dict[str, Any]


class KeptMessages:
    """Keeps the messages of all queues in the database `file`, by the ARN of their queue.

    A queue that is made again, after a kill or from a template, gets back what it held; one that is
    deleted holds nothing. What cannot be written (a sqlite3.Error) is written the next time.
    """

    def __init__(self, file: Path, say: Callable[[str], None]) -> None:
        self._database = open_kept(file, _SCHEMA, say)
        self._lock = Lock()
        self._seen: dict[str, tuple[object, ...]] = {}

    def install(self) -> None:
        """Look at what MiniStack has read at its start, and at what it has before it writes."""
        app, persistence = module("app"), module("core.persistence")
        load, save = app._load_persisted_state, persistence.save_state

        def loading() -> None:
            load()
            self.begin()

        def saving(name: str, data: Any) -> None:
            if name == _QUEUES:
                self.keep()
            save(name, data)

        app._load_persisted_state, persistence.save_state = loading, saving

    def begin(self) -> None:
        """Let queues have the messages that were kept, and no others; at first they are adopted."""
        with self._lock:
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            for arn, queue in _queues().items():
                if version == _COMPLETE:
                    known = self._ids(arn)
                    queue["messages"] = [one for one in queue["messages"] if one["id"] in known]
                self._give_back(arn, queue)
            self._database.execute(f"PRAGMA user_version = {_COMPLETE}")
        self.keep()

    def keep(self) -> None:
        """Write what has changed since the last time."""
        with self._lock:
            there = _queues()
            changed = {arn: queue for arn, queue in there.items() if self._is_changed(arn, queue)}
            deleted = self._seen.keys() - there.keys()
            if not changed and not deleted:
                return
            with self._transaction():
                for arn in deleted:
                    self._database.execute("DELETE FROM message WHERE queue = ?", (arn,))
                for arn, queue in changed.items():
                    if arn not in self._seen:
                        self._give_back(arn, queue)
                    self._write(arn, queue["messages"])
            for arn in deleted:
                del self._seen[arn]
            self._seen |= {arn: _looks(queue) for arn, queue in changed.items()}

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.rollback()
            raise
        self._database.execute("COMMIT")

    def _is_changed(self, arn: str, queue: Queue) -> bool:
        return self._seen.get(arn) != _looks(queue)

    def _give_back(self, arn: str, queue: Queue) -> None:
        """Let a queue that was not seen before have what was kept of it, oldest first."""
        there = {one["id"] for one in queue["messages"]}
        hook = find_seam("core.persistence._json_object_hook")
        found = "SELECT id, message FROM message WHERE queue = ? ORDER BY number"
        kept = self._database.execute(found, (arn,)).fetchall()
        back = [json.loads(text, object_hook=hook) for name, text in kept if name not in there]
        queue["messages"][:0] = back
        numbers = [int(one.get("seq") or 0) for one in back]
        queue["fifo_seq"] = max([queue.get("fifo_seq", 0), *numbers])

    def _write(self, arn: str, messages: Iterable[Mapping[str, Any]]) -> None:
        there, kept = {one["id"]: one for one in list(messages)}, self._ids(arn)
        default = find_seam("core.persistence._json_default")
        self._database.executemany(
            "DELETE FROM message WHERE queue = ? AND id = ?",
            [(arn, name) for name in kept - there.keys()],
        )
        self._database.executemany(
            "INSERT INTO message (queue, id, message) VALUES (?, ?, ?)",
            [
                (arn, name, json.dumps(one, default=default))
                for name, one in there.items()
                if name not in kept
            ],
        )

    def _ids(self, arn: str) -> set[str]:
        found = self._database.execute("SELECT id FROM message WHERE queue = ?", (arn,))
        return {name for (name,) in found}


def _queues() -> dict[str, Queue]:
    found = service(_QUEUES)._queues.all_items()
    return {queue["attributes"]["QueueArn"]: queue for _, queue in found}


def _looks(queue: Queue) -> tuple[object, ...]:
    """Tell contents apart: messages are added at the end only."""
    messages = queue["messages"]
    return (len(messages), *(one["id"] for one in (*messages[:1], *messages[-1:])))
