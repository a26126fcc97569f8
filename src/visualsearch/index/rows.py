"""Which row stands at which position of a list that only grows."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Rows

Positions = NDArray[np.int64]
"""Shape (count,): positions from 0."""

Mask = NDArray[np.bool_]
"""Shape (positions,): one truth for each position."""

_FEW = 50
"""Rows are few where there are so many times as many, and looked for one by one."""

Number = TypeVar("Number", np.int64, np.bool_)


class RowTable:
    """Rows by position; a removed row leaves its position dead, and takes a new one if it comes again."""

    def __init__(self, rows: Rows | None = None, alive: Mask | None = None) -> None:
        # Both arrays are longer than what is used of them, so that few rows are added without copying all.
        self._rows = np.empty(0, np.int64) if rows is None else rows
        self._alive = np.ones(len(self._rows), np.bool_) if alive is None else alive
        self._used = len(self._rows)
        self._count = int(np.count_nonzero(self._alive))
        self._largest = int(self._rows.max(initial=-1))
        self._is_ascending = bool((np.diff(self._rows) > 0).all())
        self._order: tuple[Rows, Positions] | None = None

    @property
    def rows(self) -> Rows:
        """The row at each position, dead ones too."""
        return self._rows[: self._used]

    @property
    def alive(self) -> Mask:
        """Whether the row at each position is there still."""
        return self._alive[: self._used]

    def append(self, rows: Rows) -> None:
        """Put rows, none of which is there, at the next positions."""
        if not len(rows):
            return
        used = self._used + len(rows)
        if used > len(self._rows):
            room = max(used, len(self._rows) + len(self._rows) // 8)
            self._rows, self._alive = _longer(self.rows, room), _longer(self.alive, room)
        self._rows[self._used : used] = rows
        self._alive[self._used : used] = True
        self._is_ascending &= int(rows[0]) > self._largest and bool((np.diff(rows) > 0).all())
        self._used = used
        self._count += len(rows)
        self._largest = max(self._largest, int(rows.max()))
        self._order = None

    def remove(self, rows: Rows) -> None:
        """Leave the positions of rows dead; a row that is not there is passed over."""
        positions = self.positions(rows)
        if len(positions):
            self._alive = self._alive.copy()
            self._alive[positions] = False
            self._count = int(np.count_nonzero(self.alive))
            self._order = None

    def positions(self, rows: Rows) -> Positions:
        """Find the positions of those rows that are there, in the order given."""
        if not len(rows) or rows.min() > self._largest:
            return np.empty(0, np.int64)
        if self._is_ascending:  # as long as rows only grow, each has one position, and they need no sorting
            at = _places(self.rows, rows)
            there: Positions = at[self._alive[at]]
            return there
        known, positions = self._sorted()
        found: Positions = positions[_places(known, rows)]
        return found

    def mask(self, rows: Rows) -> Mask:
        """Mark the positions of those rows that are there."""
        marked = np.zeros(self._used, np.bool_)
        if len(rows) * _FEW > self._largest:
            # Each row is looked up where it was marked: a tenth of the time to search for many, one by one.
            wanted = np.zeros(self._largest + 1, np.bool_)
            wanted[rows[rows <= self._largest]] = True
            np.take(wanted, self.rows, out=marked)
            marked &= self.alive
            return marked
        marked[self.positions(rows)] = True
        return marked

    def __len__(self) -> int:
        """Count the rows that are there."""
        return self._count

    def _sorted(self) -> tuple[Rows, Positions]:
        # On demand: rows that only grow are added without it. Two readers may sort at once, to the same end.
        order = self._order
        if order is None:
            alive = np.flatnonzero(self.alive)
            by_row = np.argsort(self._rows[alive], kind="stable")
            order = self._order = (self._rows[alive][by_row], alive[by_row])
        return order


def _places(known: Rows, rows: Rows) -> Positions:
    """Find where rows stand in ascending ones; those that are not there are left out."""
    at = np.searchsorted(known, rows)
    is_inside = at < len(known)
    at, rows = at[is_inside], rows[is_inside]
    found: Positions = at[known[at] == rows]
    return found


def _longer(array: NDArray[Number], length: int) -> NDArray[Number]:
    grown = np.empty(length, array.dtype)
    grown[: len(array)] = array
    return grown
