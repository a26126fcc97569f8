"""Visual words find the row that shares a print, live, filtered, and after a restart."""

from pathlib import Path

import numpy as np
import pytest

from visualsearch.domain import Print
from visualsearch.errors import SnapshotCorrupt
from visualsearch.index.visual_words import WORDS, VisualWords

COUNT = 50


def printed(seed: int, count: int = COUNT) -> Print:
    """Draw a print at random."""
    rng = np.random.default_rng(seed)
    return Print(
        places=rng.random((count, 2), np.float32),
        sizes=np.full(count, 0.1, np.float32),
        angles=np.zeros(count, np.float32),
        words=rng.integers(0, WORDS, (count, 1)).astype(np.uint16),
        codes=rng.integers(0, 256, (count, 32)).astype(np.uint8),
    )


def filled(seeds: range, batch: int = 7) -> VisualWords:
    """Add prints, each as the row of its seed, some at a time."""
    index = VisualWords()
    for start in range(seeds.start, seeds.stop, batch):
        rows = range(start, min(start + batch, seeds.stop))
        index.add(np.array(rows), [printed(row).encode() for row in rows])
    return index


def best(index: VisualWords, seed: int, allowed: list[int] | None = None) -> list[int]:
    found = index.search(printed(seed), 3, None if allowed is None else np.array(allowed, np.int64))
    return [int(row) for row in found.rows[0, : found.counts[0]]]


def test_each_print_finds_its_own_row() -> None:
    index = filled(range(40))
    assert [best(index, row)[0] for row in range(40)] == list(range(40))
    assert len(index) == 40


def test_a_part_of_a_print_among_other_things_is_enough() -> None:
    index = filled(range(40))
    here, other = printed(5), printed(99)
    mixed = Print(
        *(
            np.concatenate([getattr(here, name)[:10], getattr(other, name)])
            for name in ("places", "sizes", "angles", "words", "codes")
        )
    )
    assert index.search(mixed, 1).rows[0, 0] == 5


def test_removed_and_replaced_rows_and_filters_hold() -> None:
    index = filled(range(40))
    index.remove(np.array([5]))
    assert 5 not in best(index, 5)
    index.add(np.array([6]), [printed(77).encode()])
    assert best(index, 77)[0] == 6
    assert 6 not in best(index, 6)
    assert best(index, 8, [1, 2, 3]) in ([], [1], [2], [3])
    assert best(index, 8, [8, 9])[0] == 8


def test_compacting_forgets_the_dead_and_nothing_else() -> None:
    index = filled(range(40))
    index.remove(np.arange(0, 40, 2))
    compacted = index.compacted()
    assert compacted.dead_share == 0
    assert [best(compacted, row)[0] for row in range(1, 40, 2)] == list(range(1, 40, 2))
    assert len(compacted) == 20


def test_a_snapshot_comes_back_and_can_grow(tmp_path: Path) -> None:
    index = filled(range(30))
    index.remove(np.array([3]))
    index.save(tmp_path / "words", "here")
    again, mark = VisualWords.open(tmp_path / "words")
    assert mark == "here"
    again.add(np.array([50]), [printed(50).encode()])
    assert [best(again, row)[0] for row in (0, 29, 50)] == [0, 29, 50]
    assert 3 not in best(again, 3)
    again.save(tmp_path / "words", "there")
    assert best(again, 29)[0] == 29


def test_an_empty_index_and_an_empty_print(tmp_path: Path) -> None:
    assert best(VisualWords(), 1) == []
    assert filled(range(3)).search(printed(1, 0), 2).counts[0] == 0
    VisualWords().save(tmp_path / "words", "")
    assert len(VisualWords.open(tmp_path / "words")[0]) == 0


def test_a_flipped_byte_is_told(tmp_path: Path) -> None:
    filled(range(5)).save(tmp_path / "words", "")
    data = bytearray((tmp_path / "words").read_bytes())
    data[200] ^= 1
    (tmp_path / "words").write_bytes(data)
    with pytest.raises(SnapshotCorrupt):
        VisualWords.open(tmp_path / "words")
