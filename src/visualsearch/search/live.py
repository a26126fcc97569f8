"""Keeps a vector index at the newest change of its catalogue."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np
import structlog

from visualsearch.domain import Change, Neighbours, Rows, Vectors
from visualsearch.errors import FormatTooNew, SnapshotCorrupt
from visualsearch.ports import ChangeLog, VectorIndex

CHANGES_AT_ONCE = 256
"""Changes read and applied together: little memory, and few statements."""

FOLLOW_INTERVAL_S = 0.25
"""How often other processes' changes are looked for."""

DEAD_SHARE = 0.2
"""The share of removed rows above which the index is built anew: they cost time in every search."""

SNAPSHOT_CHANGES = 20_000
"""Changes after which a snapshot is worth writing while serving: what a start may have to replay."""

log = structlog.get_logger()


class LocalIndex(VectorIndex, Protocol):
    """A vector index in this process's memory."""

    @property
    def dead_share(self) -> float:
        """The share of the rows kept in memory that are removed."""

    def compacted(self) -> Self:
        """Build a fresh index of the live rows while this one goes on working."""


@dataclass(frozen=True, slots=True)
class IndexMaker:
    """How an index is made: empty, or from a snapshot together with the snapshot's mark."""

    empty: Callable[[], LocalIndex]
    open: Callable[[Path], tuple[LocalIndex, str]]


class LiveIndex:
    """A vector index that follows a change log, with its snapshot on disk.

    Threads may search while one applies changes: the index itself keeps them apart.
    """

    def __init__(self, changes: ChangeLog, eye: str, maker: IndexMaker, snapshot: Path) -> None:
        self._changes = changes
        self._eye = eye
        self._maker = maker
        self._snapshot = snapshot
        self._applying = threading.Lock()
        self._index, self._change = self._open()
        self._saved_change = self._change

    def search(self, vectors: Vectors, k: int, allowed: Rows | None = None) -> tuple[Neighbours, int]:
        """Find the k nearest rows of each vector, and name a change that was known by then.

        Never waits for changes to be applied: that can take as long as building a graph.
        """
        change = self._change
        return self._index.search(vectors, k, allowed), change

    def catch_up(self) -> None:
        """Apply every change that is in the log by now."""
        while self._step():
            pass

    def save(self) -> None:
        """Write a snapshot if there is anything new to write."""
        with self._applying:
            if self._change != self._saved_change or not self._snapshot.exists():
                self._index.save(self._snapshot, self._mark(self._change))
                self._saved_change = self._change

    def follow(self, stop: threading.Event) -> None:
        """Keep up with other processes, compact and save when it is worth it, until told to stop."""
        while not stop.wait(FOLLOW_INTERVAL_S):
            self.catch_up()
            if self.dead_share > DEAD_SHARE:
                self.compact()
            if self._change - self._saved_change >= SNAPSHOT_CHANGES:
                self.save()

    def compact(self) -> None:
        """Build the index anew of its live rows beside the present one, and change over."""
        change = self._change
        index = self._index.compacted()
        with self._applying:
            # What came meanwhile is applied to the new index; applied twice it does no harm.
            while changes := self._changes.changes(change, CHANGES_AT_ONCE):
                change = _apply(index, changes)
            self._index, self._change = index, change
        log.info("index compacted", rows=len(index), change=change)

    @property
    def behind(self) -> int:
        """How many changes are still to be applied."""
        return self._changes.latest() - self._change

    @property
    def dead_share(self) -> float:
        """The share of the rows kept in memory that are removed."""
        return self._index.dead_share

    def __len__(self) -> int:
        """Count the rows that search can find."""
        return len(self._index)

    def _step(self) -> bool:
        """Apply the next changes, and tell whether there were any."""
        with self._applying:
            changes = self._changes.changes(self._change, CHANGES_AT_ONCE)
            if changes:
                self._change = _apply(self._index, changes)
            return bool(changes)

    def _open(self) -> tuple[LocalIndex, int]:
        """Read the snapshot where it is whole and of this catalogue; begin anew otherwise."""
        if not self._snapshot.exists():
            return self._maker.empty(), 0
        try:
            index, mark = self._maker.open(self._snapshot)
        except (SnapshotCorrupt, FormatTooNew) as error:
            log.warning("index snapshot not used, building anew", reason=error.message)
            return self._maker.empty(), 0
        change = int(json.loads(mark)["change"])
        if mark != self._mark(change) or change > self._changes.latest():
            log.info("index snapshot is of another catalogue or model, building anew")
            return self._maker.empty(), 0
        return index, change

    def _mark(self, change: int) -> str:
        return json.dumps({"catalogue": self._changes.identity, "eye": self._eye, "change": change})


@contextmanager
def following(index: LiveIndex, on_death: Callable[[BaseException], None]) -> Iterator[None]:
    """Let an index follow its catalogue in a thread of its own; ``on_death`` is told if that fails."""
    stop = threading.Event()

    def follow() -> None:
        try:
            index.follow(stop)
        except BaseException as error:
            log.critical("index follower died", exc_info=True)
            on_death(error)

    thread = threading.Thread(target=follow, name="follower", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _apply(index: VectorIndex, changes: list[Change]) -> int:
    gone = [change.row for change in changes if change.vector is None]
    came = [(change.row, change.vector) for change in changes if change.vector is not None]
    # A row is never used again, so within a batch it can come and then go, but not the other way round.
    if came:
        index.add(np.array([row for row, _ in came], np.int64), np.stack([vector for _, vector in came]))
    if gone:
        index.remove(np.array(gone, np.int64))
    return changes[-1].number
