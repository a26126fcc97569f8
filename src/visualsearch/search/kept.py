"""One index that follows a change log: which change it has come to, and its snapshot on disk."""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, Self, TypeVar

import structlog

from visualsearch.domain import Change, Rows
from visualsearch.errors import FormatTooNew, SnapshotCorrupt
from visualsearch.ports import ChangeLog, VectorIndex, WordIndex

CHANGES_AT_ONCE = 2048
"""Changes read and applied together: little memory, few statements, and enough for two threads."""

log = structlog.get_logger()


class LocalIndex(Protocol):
    """An index in this process's memory."""

    @property
    def dead_share(self) -> float:
        """The share of the rows kept in memory that are removed."""

    def compacted(self) -> Self:
        """Build a fresh index of the live rows while this one goes on working."""

    def remove(self, rows: Rows) -> None:
        """Remove rows; one that is not there is passed over."""

    def save(self, path: Path, mark: str) -> None:
        """Write a snapshot in one step: after a crash the file is the old one or the new one, whole."""

    def __len__(self) -> int:
        """Count the rows that search can find."""


class LocalVectors(LocalIndex, VectorIndex, Protocol):
    """A vector index in this process's memory."""


class LocalWords(LocalIndex, WordIndex, Protocol):
    """An index of visual words in this process's memory."""


Made = TypeVar("Made", bound=LocalIndex)


@dataclass(frozen=True, slots=True)
class IndexMaker(Generic[Made]):
    """How an index is made and fed."""

    empty: Callable[[], Made]
    open: Callable[[Path], tuple[Made, str]]
    """From a snapshot, together with the snapshot's mark."""
    apply: Callable[[Made, Sequence[Change]], None]
    """Add the rows that came and remove those that went; done twice it does no harm."""


class KeptIndex(Generic[Made]):
    """An index with the last change that it knows of; its owner sees that one thread at a time changes it."""

    def __init__(self, changes: ChangeLog, eye: str, maker: IndexMaker[Made], snapshot: Path) -> None:
        self._changes = changes
        self._eye = eye
        self._maker = maker
        self._snapshot = snapshot
        self.index, self.change = self._open()
        self.saved_change = self.change

    @property
    def dead_share(self) -> float:
        """The share of the rows kept in memory that are removed."""
        return self.index.dead_share

    def apply(self, changes: Sequence[Change]) -> None:
        """Apply those of the changes that are new to this index."""
        new = [change for change in changes if change.number > self.change]
        if new:
            self._maker.apply(self.index, new)
            self.change = new[-1].number

    def save(self) -> None:
        """Write a snapshot if there is anything new to write."""
        if self.change != self.saved_change or not self._snapshot.exists():
            self.index.save(self._snapshot, self._mark(self.change))
            self.saved_change = self.change

    def compact(self, changing: threading.Lock) -> None:
        """Build the index anew of its live rows beside the present one, and change over."""
        change = self.change
        index = self.index.compacted()
        with changing:
            # What came meanwhile is applied to the new index; applied twice it does no harm.
            while changes := self._changes.changes(change, CHANGES_AT_ONCE):
                self._maker.apply(index, changes)
                change = changes[-1].number
            self.index, self.change = index, change
        log.info("index compacted", snapshot=self._snapshot.name, rows=len(index), change=change)

    def _open(self) -> tuple[Made, int]:
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
        return mark_of(self._changes, self._eye, change)


def mark_of(changes: ChangeLog, eye: str, change: int) -> str:
    """Name a catalogue, the eye that saw it, and the last change that an index of it knows of."""
    return json.dumps({"catalogue": changes.identity, "eye": eye, "change": change})
