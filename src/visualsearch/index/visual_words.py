"""An inverted index of visual words: which rows show the most of a query's print, whatever their vectors."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import FEATURE, SIZE_STEPS, Neighbours, Print, Rows
from visualsearch.index import snapshot
from visualsearch.index.gate import Gate
from visualsearch.index.rows import RowTable
from visualsearch.index.vectors import answer, check_k, check_rows

_KIND = "visual-words"
WORDS = 1 << 14
LARGEST_DISTANCE = 15
"""Bits of a signature's 64 that two features of one word may differ (Hamming embedding, ECCV 2008)."""
NEARNESS = 9.0
"""Bits at which a feature counts 1/e of one that differs in none."""
_NEARNESSES = np.exp(-((np.arange(LARGEST_DISTANCE + 1) / NEARNESS) ** 2))
RARITY_POWER = 3
"""Rare words count by this power of their logarithm: frequent ones are mostly edges and noise."""
MOST_POSTINGS = 400_000
"""Postings that one query looks at, those of its rarest words: some milliseconds."""
POSED = 500
"""Rows, those that share most, whose features are asked to agree in how the print is turned and scaled."""
TURN_BINS, ZOOM_BINS = 16, 16
"""Two bins next to each other make one vote: an eighth of a turn, an octave of scale."""
_TURN_STEPS = 256 // TURN_BINS
_ZOOM_STEPS = round(SIZE_STEPS * np.log(2) / 2)

Signatures = NDArray[np.uint64]
Scores = NDArray[np.float64]


class _Pairs(NamedTuple):
    """Features of a query with postings that are alike; entry i of each array is of pair i."""

    features: NDArray[np.int64]
    """Which of the query's."""
    positions: NDArray[np.int64]
    """Of which row."""
    values: Scores
    """How much the pair counts."""
    postings: NDArray[np.int64]
    """Which of all segments', one after the other."""


class _Segment(NamedTuple):
    """Postings sorted by word, never changed."""

    starts: NDArray[np.int64]
    """Shape (words + 1,): where the postings of each word begin."""
    signatures: Signatures
    positions: NDArray[np.uint32]
    sizes: NDArray[np.uint8]
    """As in ``FEATURE``."""
    angles: NDArray[np.uint8]

    def __len__(self) -> int:
        return int(self.starts[-1])


class VisualWords:
    """Counts features of the same word and nearly the same bits, rare words more (Sivic, Zisserman, 2003).

    Of a row's features those count that agree in one turn and one zoom (weak geometric consistency: Jégou,
    Douze, Schmid: Hamming embedding and weak geometric consistency, ECCV 2008).
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
        features = [np.frombuffer(one, FEATURE) for one in latest.values()]
        with self._changing:
            first = len(self._table.rows)
            segments = [*self._segments, _segment(features, first)]
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
        """Find the k rows that share most with one print; of equal scores the row added first comes first."""
        k = check_k(k)
        with self._gate.reading():
            wanted = self._table.alive if allowed is None else self._table.mask(check_rows(allowed))
            positions, scores = self._score(asked, wanted)
            best = np.argsort(-scores, kind="stable")[:k]
            rows = self._table.rows[positions[best]]
        return answer(rows[None], np.asarray(scores[best][None], np.float32), k)

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
                    whole.sizes[keep],
                    whole.angles[keep],
                )
            ]
        fresh._table = RowTable(rows[: len(alive)][alive])
        return fresh

    def save(self, path: Path, mark: str) -> None:
        """Write a snapshot in one step; ``mark`` comes back from ``open``. Raises StorageFull."""
        with self._changing:
            whole = _merged(self._segments or [_segment([], 0)])
            table = self._table
            contents = snapshot.Contents(_KIND, WORDS, len(self), mark)
            # The widest numbers first: each block then begins where its numbers may be mapped.
            arrays: dict[str, NDArray[Any]] = {
                "starts": whole.starts,
                "rows": table.rows,
                "signatures": whole.signatures,
                "positions": whole.positions,
                "sizes": whole.sizes,
                "angles": whole.angles,
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
            index._segments = [
                _Segment(
                    starts,
                    stored.mapped("signatures", np.uint64),
                    stored.mapped("positions", np.uint32),
                    stored.mapped("sizes", np.uint8),
                    stored.mapped("angles", np.uint8),
                )
            ]
            index._table = table
            return index, stored.contents.mark

    def __len__(self) -> int:
        """Count the rows that search can find."""
        return len(self._table)

    def _score(self, asked: Print, wanted: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Scores]:
        """Add up what each wanted position shares with a print; positions are in their order."""
        if not self._segments or not len(asked):
            return np.empty(0, np.int64), np.empty(0, np.float64)
        pairs = self._pairs(asked)
        # Before the best are chosen: a filter may leave only rows that share little.
        keep = wanted[pairs.positions]
        if not keep.all():
            pairs = _kept(pairs, keep)
        # What is shared is added up row by row, in the order of the rows.
        order = np.argsort(pairs.positions)
        in_order = pairs.positions[order]
        starts = np.flatnonzero(np.diff(in_order, prepend=-1))
        positions = in_order[starts]
        best = np.arange(len(positions))
        if len(positions) > POSED:
            shared = np.add.reduceat(pairs.values[order], starts)
            best = np.sort(np.argpartition(-shared, POSED)[:POSED])
        place = np.full(len(positions), -1, np.int64)
        place[best] = np.arange(len(best))
        places = np.empty(len(order), np.int64)
        places[order] = np.repeat(place, np.diff(starts, append=len(order)))
        keep = places >= 0
        pairs, places, positions = _kept(pairs, keep), places[keep], positions[best]
        cells = places * TURN_BINS * ZOOM_BINS + self._poses(asked, pairs)
        return positions, _agreeing(cells, pairs.values, len(positions))

    def _poses(self, asked: Print, pairs: _Pairs) -> NDArray[np.int64]:
        """Tell in which bin of turn and zoom each pair is."""
        encoded = np.frombuffer(asked.encode(), FEATURE)
        angles, sizes = encoded["angle"][pairs.features], encoded["size"][pairs.features].astype(np.int16)
        turned, sized = np.empty(len(angles), np.uint8), np.empty(len(angles), np.int16)
        stops = np.cumsum([len(segment) for segment in self._segments])
        of_segment = np.searchsorted(stops, pairs.postings, side="right")
        for number, segment in enumerate(self._segments):
            here = np.flatnonzero(of_segment == number)
            postings = pairs.postings[here] - (stops[number] - len(segment))
            turned[here], sized[here] = segment.angles[postings], segment.sizes[postings]
        turn = ((turned - angles) // _TURN_STEPS).astype(np.int64)
        zoom = (sized - sizes) // _ZOOM_STEPS + ZOOM_BINS // 2
        return np.asarray(turn * ZOOM_BINS + np.clip(zoom, 0, ZOOM_BINS - 1), np.int64)

    def _pairs(self, asked: Print) -> _Pairs:
        """Find the postings that are alike the features of a print, under any of their words."""
        encoded = np.frombuffer(asked.encode(), FEATURE)
        words = asked.words.astype(np.int64).ravel()
        features = np.repeat(np.arange(len(asked)), asked.words.shape[1])
        counts = np.zeros(len(words), np.int64)
        for segment in self._segments:
            counts += segment.starts[words + 1] - segment.starts[words]
        order = np.argsort(counts, kind="stable")
        chosen = np.sort(order[np.cumsum(counts[order]) <= MOST_POSTINGS])
        words, features = words[chosen], features[chosen]
        rarity = np.log1p(len(self._table.rows) / np.maximum(1, counts[chosen])) ** RARITY_POWER
        firsts = np.cumsum([0, *(len(segment) for segment in self._segments)])
        found = [
            _alike(segment, int(first), words, features, rarity, _signatures(encoded))
            for segment, first in zip(self._segments, firsts, strict=False)
        ]
        pairs = _Pairs._make(np.concatenate(parts) for parts in zip(*found, strict=True))
        return pairs._replace(values=pairs.values / np.sqrt(_repeated(pairs)))


def _alike(
    segment: _Segment,
    first: int,
    words: NDArray[np.int64],
    features: NDArray[np.int64],
    rarity: Scores,
    asked: Signatures,
) -> _Pairs:
    """Find postings alike a query's features under the words given; the segment's first is so called."""
    starts, stops = segment.starts[words], segment.starts[words + 1]
    # Whole runs are copied and repeated, not picked one by one: there are up to 400,000 postings.
    runs = [
        segment.signatures[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)
    ]
    differ = np.concatenate([np.empty(0, np.uint64), *runs])
    differ ^= np.repeat(asked[features], stops - starts)
    distances = np.bitwise_count(differ)
    near = np.flatnonzero(distances <= LARGEST_DISTANCE)
    ends = np.cumsum(stops - starts)
    counts = np.diff(np.searchsorted(near, ends), prepend=0)
    postings = near + np.repeat(stops - ends, counts)
    return _Pairs(
        np.repeat(features, counts),
        segment.positions[postings].astype(np.int64),
        np.repeat(rarity, counts) * _NEARNESSES[distances[near]],
        postings + first,
    )


def _kept(pairs: _Pairs, are_kept: NDArray[np.bool_]) -> _Pairs:
    kept = np.flatnonzero(are_kept)
    return _Pairs._make(array[kept] for array in pairs)


def _repeated(pairs: _Pairs) -> NDArray[np.int64]:
    """Count how often a row has the feature of each pair under its word.

    Burstiness: what repeats counts its root (Jégou, Douze, Schmid, CVPR 2009). Postings of a word are in the
    order of their rows, so that repetitions are neighbours.
    """
    if not len(pairs.features):
        return np.empty(0, np.int64)
    starts = (np.diff(pairs.positions, prepend=-1) != 0) | (np.diff(pairs.features, prepend=-1) != 0)
    run = np.cumsum(starts) - 1
    return np.asarray(np.bincount(run)[run], np.int64)


def _agreeing(cells: NDArray[np.int64], values: Scores, count: int) -> Scores:
    """Let the pairs of each row vote for how it is turned and scaled, and count those of the best vote."""
    votes = np.bincount(cells, values, count * TURN_BINS * ZOOM_BINS)
    votes = votes.reshape(count, TURN_BINS, ZOOM_BINS)
    votes = votes + np.roll(votes, -1, axis=1)
    votes[:, :, :-1] += votes[:, :, 1:].copy()
    return np.asarray(votes.max(axis=(1, 2), initial=0), np.float64)


def _segment(prints: Sequence[NDArray[Any]], first: int) -> _Segment:
    """Sort the features of prints that stand at positions from ``first`` on."""
    features = np.concatenate([np.empty(0, FEATURE), *prints])
    positions = np.repeat(np.arange(first, first + len(prints)), [len(one) for one in prints])
    return _sorted(
        features["word"],
        _signatures(features),
        positions.astype(np.uint32),
        features["size"],
        features["angle"],
    )


def _merged(segments: Sequence[_Segment]) -> _Segment:
    if len(segments) == 1:
        return segments[0]
    words = [np.repeat(np.arange(WORDS, dtype=np.uint16), np.diff(one.starts)) for one in segments]
    _, *columns = zip(*segments, strict=True)
    return _sorted(np.concatenate(words), *(np.concatenate(column) for column in columns))


def _sorted(words: NDArray[np.uint16], *columns: NDArray[Any]) -> _Segment:
    """Sort postings by word; ``columns`` are those of a segment after its starts."""
    order = np.argsort(words, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(words, minlength=WORDS))])
    return _Segment(starts, *(column[order] for column in columns))


def _signatures(features: NDArray[Any]) -> Signatures:
    """Take the first 64 bits of each code: the descriptor was learnt so that they tell most."""
    return np.ascontiguousarray(features["code"][:, :8]).view(np.uint64).reshape(-1)


def _writer(array: NDArray[Any]) -> Callable[[snapshot.Write], object]:
    return lambda write: write(array.data)
