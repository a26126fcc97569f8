"""Files that become lines."""

import gzip
import random
import re
from pathlib import Path

import pytest

from visualsearch.catalogue.lines import MAX_LINE_BYTES, Line, read_lines
from visualsearch.domain import Failure
from visualsearch.errors import BadCatalogue


def test_lines_are_numbered_across_files_and_gzip_is_told_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfone\ntwo\n")
    (tmp_path / "b.json").write_bytes(gzip.compress(b"three"))
    assert list(read_lines([tmp_path / "a", tmp_path / "b.json"])) == [
        Line("a:1", b"one\n"),
        Line("a:2", b"two\n"),
        Line("b.json:1", b"three"),
    ]


def test_a_line_that_is_too_long_fails_alone(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"a\n" + b"x" * (3 * MAX_LINE_BYTES) + b"\nb\n" + b"y" * MAX_LINE_BYTES)
    first, long, second, last = read_lines([path])
    assert (first, second) == (Line("long:1", b"a\n"), Line("long:3", b"b\n"))
    assert isinstance(long, Failure)
    assert (long.code, long.subject) == ("bad-line", "long:2")
    assert isinstance(last, Line)
    assert len(last.content) == MAX_LINE_BYTES


@pytest.mark.parametrize("damage", ["cut", "flipped", "followed by rubbish"])
def test_a_broken_gzip_ends_with_a_failure(tmp_path: Path, damage: str) -> None:
    packed = bytearray(gzip.compress("".join(f"line {number}\n" for number in range(20_000)).encode()))
    if damage == "cut":
        del packed[len(packed) // 2 :]
    elif damage == "flipped":
        packed[len(packed) // 2] ^= 0xFF
    else:
        packed += b"rubbish"
    path = tmp_path / "broken.gz"
    path.write_bytes(packed)
    *lines, last = read_lines([path])
    assert isinstance(last, Failure)
    assert re.fullmatch(r"broken\.gz:\d+", last.subject)
    assert all(isinstance(line, Line) for line in lines)


@pytest.mark.parametrize("packed", [False, True])
def test_progress_grows_from_nothing_to_one(tmp_path: Path, *, packed: bool) -> None:
    generator = random.Random(0)
    content = b"".join(generator.randbytes(40).hex().encode() + b"\n" for _ in range(15_000))
    path = tmp_path / "many"
    path.write_bytes(gzip.compress(content) if packed else content)
    shares: list[float] = []
    assert sum(1 for _ in read_lines([path, path], shares.append)) == 30_000
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.5
    assert shares[-1] == 1
    assert len(set(shares)) > 5


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match="gone"):
        list(read_lines([tmp_path / "gone"]))
