"""An inverted index of visual words: which rows show the most of a query's print, whatever their vectors."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Neighbours, Print, Rows
from visualsearch.index import snapshot
from visualsearch.index.gate import Gate
from visualsearch.index.rows import RowTable
from visualsearch.index.vectors import answer, check_k, check_rows

_KIND = "visual-words"
WORDS = 1 << 14
LARGEST_DISTANCE = 17
"""Bits of a signature's 64 that two features of one word may differ (Hamming embedding, ECCV 2008)."""
NEARNESS = 9.0
"""Bits at which a feature counts 1/e of one that differs in none."""
MOST_POSTINGS = 600_000
"""Postings that one query looks at, those of its rarest words: some milliseconds."""

Signatures = NDArray[np.uint64]


class _Segment(NamedTuple):
    """Postings sorted by word, never changed."""

    starts: NDArray[np.int64]
    """Shape (words + 1,): where the postings of each word begin."""
    signatures: Signatures
    positions: NDArray[np.uint32]

    def __len__(self) -> int:
        return int(self.starts[-1])


class VisualWords:
    """Counts features of the same word and nearly the same bits, rare words more (Sivic, Zisserman, 2003).

    Live: new rows stand in small segments that are merged as they grow in number, removed ones are passed
    over. Searches run side by side; changes wait for one another. What ``open`` reads stays in its file,
    mapped into memory.
    """

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._table = RowTable()
        self._gate = Gate()
        self._changing = threading.Lock()

    @property
    def dead_share(self) -> float:
        """How much of what the index holds was removed, 0 to 1."""
        return (len(self._table.rows) - len(self._table)) / max(1, len(self._table.rows))

    def add(self, rows: Rows, prints: Sequence[bytes]) -> None:
        """Add rows with their encoded prints; one that is there already is replaced."""
        rows = check_rows(rows)
        if len(rows) != len(prints):
            raise ValueError(f"expected one print for each of {len(rows)} rows, found {len(prints)}")
        latest = dict(zip(rows.tolist(), prints, strict=True))
        named = np.array(list(latest), np.int64)
        decoded = [Print.decode(one) for one in latest.values()]
        with self._changing:
            first = len(self._table.rows)
            segments = [*self._segments, _segment(decoded, first)]
            # Like a binary counter: a search goes through few segments, a posting is moved few times.
            while len(segments) > 1 and len(segments[-2]) < 2 * len(segments[-1]):
                segments[-2:] = [_merged(segments[-2:])]
            with self._gate.writing():
                self._table.remove(named)
                self._table.append(named)
                self._segments = segments

    def remove(self, rows: Rows) -> None:
        """Remove rows; one that is not there is passed over."""
        rows = check_rows(rows)
        with self._changing, self._gate.writing():
            self._table.remove(rows)

    def search(self, asked: Print, k: int, allowed: Rows | None = None) -> Neighbours:
        """Find the k rows that share most with one print; the best has the score 1, others a share of it.

        Of equal scores the row added first comes first.
        """
        k = check_k(k)
        with self._gate.reading():
            wanted = self._table.alive if allowed is None else self._table.mask(check_rows(allowed))
            positions, scores = self._score(asked)
            keep = wanted[positions]
            positions, scores = positions[keep], scores[keep]
            best = np.argsort(-scores, kind="stable")[:k]
            rows = self._table.rows[positions[best]]
        chosen = scores[best] / max(float(scores.max(initial=0)), 1e-9)
        return answer(rows[None], np.asarray(chosen[None], np.float32), k)

    def compacted(self) -> "VisualWords":
        """Build a fresh index of the live rows while this one goes on working."""
        with self._gate.reading():
            segments, alive, rows = self._segments, self._table.alive.copy(), self._table.rows
        fresh = VisualWords()
        if segments:
            whole = _merged(segments)
            keep = alive[whole.positions]
            moved = np.cumsum(alive) - 1
            words = np.repeat(np.arange(WORDS), np.diff(whole.starts))[keep]
            fresh._segments = [
                _Segment(
                    np.searchsorted(words, np.arange(WORDS + 1)),
                    whole.signatures[keep],
                    moved[whole.positions[keep]].astype(np.uint32),
                )
            ]
        fresh._table = RowTable(rows[: len(alive)][alive])
        return fresh

    def save(self, path: Path, mark: str) -> None:
        """Write a snapshot in one step; ``mark`` comes back from ``open``. Raises StorageFull."""
        with self._changing:
            whole = _merged(self._segments) if self._segments else _segment([], 0)
            table = self._table
            contents = snapshot.Contents(_KIND, WORDS, len(self), mark)
            # The widest numbers first: each block then begins where its numbers may be mapped.
            arrays: dict[str, NDArray[Any]] = {
                "starts": whole.starts,
                "rows": table.rows,
                "signatures": whole.signatures,
                "positions": whole.positions,
                "alive": table.alive,
            }
            snapshot.save(path, contents, {name: _writer(array) for name, array in arrays.items()})

    @classmethod
    def open(cls, path: Path) -> tuple[Self, str]:
        """Map a snapshot and read its mark; raises NotFound, SnapshotCorrupt or FormatTooNew."""
        index = cls()
        with snapshot.load(path, _KIND) as stored:
            table = RowTable(stored.array("rows", np.int64), stored.array("alive", np.bool_))
            starts = stored.array("starts", np.int64)
            if len(starts) != WORDS + 1:
                raise ValueError(f"{len(starts) - 1} visual words")
            signatures = stored.mapped("signatures", np.uint64)
            index._segments = [_Segment(starts, signatures, stored.mapped("positions", np.uint32))]
            index._table = table
            return index, stored.contents.mark

    def __len__(self) -> int:
        """Count the rows that search can find."""
        return len(self._table)

    def _score(self, asked: Print) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Add up what each position shares with a print; positions are in their order."""
        words = asked.words.astype(np.int64)
        counts = np.zeros(len(words), np.int64)
        for segment in self._segments:
            counts += segment.starts[words + 1] - segment.starts[words]
        order = np.argsort(counts, kind="stable")
        chosen = np.sort(order[np.cumsum(counts[order]) <= MOST_POSTINGS])
        rarity = np.log1p(len(self._table.rows) / np.maximum(1, counts)) ** 2
        signatures = _signatures(asked)
        found = [_alike(segment, words, signatures, chosen) for segment in self._segments]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.float64)
        features, positions, distances = (np.concatenate(parts) for parts in zip(*found, strict=True))
        # Burstiness: a feature that a row has many times counts its root (Jégou et al., CVPR 2009).
        pairs, of_pair = np.unique(features * len(self._table.rows) + positions, return_inverse=True)
        repeated = np.bincount(of_pair, minlength=len(pairs))[of_pair]
        values = rarity[features] * np.exp(-((distances / NEARNESS) ** 2)) / np.sqrt(repeated)
        unique, of_position = np.unique(positions, return_inverse=True)
        scores = np.bincount(of_position, values, len(unique))
        return unique, np.asarray(scores, np.float64)


def _alike(
    segment: _Segment, words: NDArray[np.int64], signatures: Signatures, chosen: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Find postings alike a query's chosen features: which feature, which position, how many bits apart."""
    starts = segment.starts[words[chosen]]
    lengths = segment.starts[words[chosen] + 1] - starts
    before = np.cumsum(lengths) - lengths
    postings = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
    features = np.repeat(chosen, lengths)
    distances = np.bitwise_count(segment.signatures[postings] ^ signatures[features])
    near = np.flatnonzero(distances <= LARGEST_DISTANCE)
    positions = segment.positions[postings[near]].astype(np.int64)
    return features[near], positions, distances[near].astype(np.int64)


def _segment(prints: Sequence[Print], first: int) -> _Segment:
    """Sort the features of prints that stand at positions from ``first`` on."""
    if not prints:
        return _Segment(np.zeros(WORDS + 1, np.int64), np.empty(0, np.uint64), np.empty(0, np.uint32))
    words = np.concatenate([one.words for one in prints])
    positions = np.repeat(np.arange(first, first + len(prints)), [len(one) for one in prints])
    return _sorted(words, np.concatenate(list(map(_signatures, prints))), positions.astype(np.uint32))


def _merged(segments: Sequence[_Segment]) -> _Segment:
    if len(segments) == 1:
        return segments[0]
    words = [np.repeat(np.arange(WORDS, dtype=np.uint16), np.diff(one.starts)) for one in segments]
    return _sorted(
        np.concatenate(words),
        np.concatenate([one.signatures for one in segments]),
        np.concatenate([one.positions for one in segments]),
    )


def _sorted(words: NDArray[np.uint16], signatures: Signatures, positions: NDArray[np.uint32]) -> _Segment:
    order = np.argsort(words, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(words, minlength=WORDS))])
    return _Segment(starts, signatures[order], positions[order])


def _signatures(printed: Print) -> Signatures:
    """Take the first 64 bits of each code: the descriptor was learnt so that they tell most."""
    return np.ascontiguousarray(printed.codes[:, :8]).view(np.uint64).reshape(-1)


def _writer(array: NDArray[Any]) -> Callable[[snapshot.Write], object]:
    return lambda write: write(array.data)
