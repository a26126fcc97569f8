"""The snapshot file: whole or refused, whatever happened to it."""

import os
import resource
import signal
import sqlite3
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from visualsearch.errors import (
    FormatTooNew,
    NotFound,
    SnapshotCorrupt,
    StorageFull,
    Unavailable,
    VisualsearchError,
)
from visualsearch.index.exact import ExactIndex
from visualsearch.index.hnsw import HnswIndex
from visualsearch.index.snapshot import VERSION
from visualsearch.ports import VectorIndex

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = sorted(GOLDEN.glob("*.snapshot"))
KINDS = ("exact", "list", "graph")

Open: TypeAlias = Callable[[Path], tuple[VectorIndex, str]]


def opener(path: Path) -> Open:
    return ExactIndex.open if path.name.startswith("exact") else HnswIndex.open


def golden(kind: str) -> Path:
    return GOLDEN / f"{kind}-{VERSION}.snapshot"


@pytest.fixture(params=KINDS)
def snapshot(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A good snapshot that the test may spoil."""
    path = tmp_path / f"{request.param}.snapshot"
    path.write_bytes(golden(request.param).read_bytes())
    return path


def refused(path: Path, data: bytes) -> VisualsearchError:
    path.write_bytes(data)
    with pytest.raises(VisualsearchError) as refusal:
        opener(path)(path)
    assert str(path) in str(refusal.value)
    return refusal.value


def test_every_format_since_the_first_has_golden_files() -> None:
    """tests/golden/write_snapshots.py writes those of a new format."""
    expected = {f"{kind}-{version}.snapshot" for kind in KINDS for version in range(1, VERSION + 1)}
    assert {path.name for path in FILES} == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_snapshot_of_any_format_loads_for_ever(path: Path) -> None:
    index, mark = opener(path)(path)
    vectors = np.sin(np.arange(84, dtype=np.float32) ** 2).reshape(12, 7)
    rows = [row for row in range(12) if row != 3]
    answer = index.search(vectors[rows], 1)
    assert (len(index), mark) == (11, "golden")
    assert answer.rows[:, 0].tolist() == rows
    assert np.allclose(answer.scores, 1, atol=2e-3)


def test_a_snapshot_cut_anywhere_is_refused(snapshot: Path) -> None:
    whole = snapshot.read_bytes()
    for length in range(0, len(whole), 1 + len(whole) // 600):
        assert isinstance(refused(snapshot, whole[:length]), SnapshotCorrupt)


def test_a_snapshot_with_a_flipped_bit_is_refused(snapshot: Path) -> None:
    whole = snapshot.read_bytes()
    for position in range(0, len(whole), 1 + len(whole) // 600):
        flipped = bytearray(whole)
        flipped[position] ^= 1 << position % 8
        assert isinstance(refused(snapshot, bytes(flipped)), SnapshotCorrupt)


@pytest.mark.parametrize("more", [b"\0", b"more", b"\0" * 4096], ids=["a zero", "a word", "a page"])
def test_a_snapshot_with_more_behind_it_is_refused(snapshot: Path, more: bytes) -> None:
    whole = snapshot.read_bytes()
    assert isinstance(refused(snapshot, whole + more), SnapshotCorrupt)
    assert isinstance(refused(snapshot, more + whole), SnapshotCorrupt)
    assert isinstance(refused(snapshot, whole + whole), SnapshotCorrupt)


def test_foreign_files_are_refused(snapshot: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as database:
        database.execute("CREATE TABLE things (name TEXT)")
    for foreign in (b"", b"a text\n", os.urandom(5000), (tmp_path / "foreign.db").read_bytes()):
        assert isinstance(refused(snapshot, foreign), SnapshotCorrupt)


def test_a_snapshot_of_another_kind_of_index_is_refused() -> None:
    with pytest.raises(SnapshotCorrupt, match=r"of kind exact .* found kind hnsw"):
        ExactIndex.open(golden("graph"))
    with pytest.raises(SnapshotCorrupt, match=r"of kind hnsw .* found kind exact"):
        HnswIndex.open(golden("exact"))


def test_a_newer_format_is_told_from_a_corrupt_file(snapshot: Path) -> None:
    whole = snapshot.read_bytes()
    prelude = whole[:8] + struct.pack("<I", VERSION + 1)
    newer = prelude + struct.pack("<I", zlib.crc32(prelude)) + b"whatever that format may hold"
    refusal = refused(snapshot, newer)
    assert isinstance(refusal, FormatTooNew)
    assert f"found format {VERSION + 1}: use the newer program" in refusal.message


def test_a_snapshot_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    for open_index in (ExactIndex.open, HnswIndex.open):
        with pytest.raises(NotFound, match="rebuild it from the store"):
            open_index(tmp_path / "none")


def test_a_folder_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(SnapshotCorrupt, match="IsADirectoryError"):
        HnswIndex.open(tmp_path)


@contextmanager
def limited_file_size(size_bytes: int) -> Iterator[None]:
    """Let no file of this process grow past a size, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("make", [ExactIndex, HnswIndex], ids=["exact", "hnsw"])
def test_without_room_the_old_snapshot_stays_and_nothing_else(
    tmp_path: Path, make: type[ExactIndex | HnswIndex]
) -> None:
    index, path = make(64), tmp_path / "index"
    index.add(np.arange(5), np.eye(5, 64, dtype=np.float32))
    index.save(path, "old")
    index.add(np.arange(500), np.ones((500, 64), np.float32))
    with limited_file_size(20_000), pytest.raises(StorageFull, match="make room and save again"):
        index.save(path, "new")
    opened, mark = make.open(path)
    assert (len(opened), mark) == (5, "old")
    assert list(tmp_path.iterdir()) == [path]


def test_a_snapshot_cannot_be_saved_where_no_folder_is(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No such file or directory: see to the folder"):
        ExactIndex(3).save(tmp_path / "none" / "index", "")


SAVE_FOR_EVER = """
import itertools, sys
from pathlib import Path
import numpy as np
from visualsearch.index.exact import ExactIndex
index, path = ExactIndex(64), Path(sys.argv[1])
for count in itertools.count(1):
    index.add(np.arange(count * 50), np.ones((count * 50, 64), np.float32))
    index.save(path, str(len(index)))
    print(len(index), flush=True)
"""


def test_a_saver_killed_at_any_moment_leaves_a_whole_snapshot(tmp_path: Path) -> None:
    path, random = tmp_path / "index", np.random.default_rng(0)
    for _ in range(4):
        command = [sys.executable, "-c", SAVE_FOR_EVER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as saver:
            assert saver.stdout is not None
            saved = [int(saver.stdout.readline()) for _ in range(random.integers(2, 9))]
            saver.send_signal(signal.SIGKILL)
            saved += [int(line) for line in saver.stdout.read().splitlines()]
        index, mark = ExactIndex.open(path)
        assert len(index) == int(mark)
        assert len(index) in {saved[-1], saved[-1] + 50}
    assert {found.name for found in tmp_path.iterdir()} <= {"index", ".index.part"}
