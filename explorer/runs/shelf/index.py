"""The runs of a folder as one table, so that a thousand are listed at once. No torch."""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from explorer.errors import ExplorerError
from explorer.runs.folder import plain_json
from explorer.runs.folder.about import About
from explorer.runs.shelf.record import RunRecord

VERSION = 2
_TABLE = "CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, number INTEGER NOT NULL, record TEXT, about TEXT)"
_PUT = """INSERT INTO runs VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
    SET number = excluded.number, record = excluded.record, about = COALESCE(about, excluded.about)"""

Row = tuple[str | None, str | None]  # record and what is said of it, as text


class Index:
    """A cache over the run folders, which tell everything again if it is lost.

    May be used from any thread and by several processes. Where the file cannot be kept (read-only folder) the index
    lives in memory.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._path = path
        self._connection = self._open()
        self._read: dict[str, tuple[Row, RunRecord]] = {}  # what was read last, by id: most rows stay as they are

    def _open(self) -> sqlite3.Connection:
        try:
            return _connect(str(self._path))
        except sqlite3.OperationalError:  # no place to write, or locked for longer than the time-out
            return _connect(":memory:")
        except sqlite3.DatabaseError:  # damaged: the folders tell everything again
            self._discard()
            return _connect(":memory:") if self._path.exists() else self._open()

    def _discard(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + suffix).unlink()

    def reserve(self, run: str, least: int = 1) -> int:
        """Enters `run` with the next free number, `least` or more."""
        with self._transaction() as connection:
            (highest,) = connection.execute("SELECT COALESCE(MAX(number), 0) FROM runs").fetchone()
            number: int = max(highest + 1, least)
            connection.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, NULL, NULL)", (run, number))
            return number

    def put(self, record: RunRecord) -> None:
        """Enters what follows from the run's events; what is said of it stays as it was entered before."""
        about = _text(record.about.to_json())
        row = (record.id, record.number, _text(record.to_json()), about)
        with self._transaction() as connection:
            connection.execute(_PUT, row)

    def describe(self, run: str, about: About) -> None:
        """Enters what the user says of a run; whoever trains it does not know of it."""
        with self._transaction() as connection:
            connection.execute("UPDATE runs SET about = ? WHERE id = ?", (_text(about.to_json()), run))

    def remove(self, run: str) -> None:
        with self._transaction() as connection:
            connection.execute("DELETE FROM runs WHERE id = ?", (run,))

    def records(self) -> dict[str, RunRecord]:
        """Every run whose record is known, by id."""
        with self._lock:
            rows = self._repeated(lambda: self._connection.execute("SELECT id, record, about FROM runs").fetchall())
        found: dict[str, tuple[Row, RunRecord]] = {}
        before = self._read
        for run, *texts in rows:
            record, about = row = (texts[0], texts[1])
            with contextlib.suppress(
                ValueError, KeyError, TypeError, AttributeError, ExplorerError
            ):  # of another version
                if record and run in before and before[run][0] == row:
                    found[run] = before[run]
                elif record:
                    said = json.loads(about) if about else {}
                    found[run] = row, RunRecord.from_json({**json.loads(record), **said})
        self._read = found
        return {run: record for run, (_, record) in found.items()}

    def version(self) -> int:
        """Another number when another connection has changed something; 0 where nobody can tell."""
        with self._lock:
            try:
                (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            except sqlite3.DatabaseError:
                return 0
        return int(version)

    def _repeated(
        self, query: Callable[[], list[tuple[str, str | None, str | None]]]
    ) -> list[tuple[str, str | None, str | None]]:
        try:
            return query()
        except sqlite3.OperationalError:  # locked for longer than the time-out, or the file went: folders still tell
            return []
        except sqlite3.DatabaseError:
            self._connection.close()
            self._discard()
            self._connection = self._open()
            return []

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.commit()


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            connection.execute("DROP TABLE IF EXISTS runs")
        connection.execute(f"PRAGMA user_version={VERSION}")
        connection.execute(_TABLE)
        connection.execute("SELECT id, number, record, about FROM runs LIMIT 1").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _text(values: dict[str, Any]) -> str:
    return plain_json.dumps(values)
