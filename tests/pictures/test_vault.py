"""Pictures are kept whole, once, and under nothing but their checksum."""

import io
import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from visualsearch.domain import PictureId
from visualsearch.errors import NotAPicture, NotFound, PictureCorrupt
from visualsearch.pictures.vault import THUMBNAIL_WIDTHS, Vault

HOUR_S = 3600


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "pictures")


@pytest.fixture(scope="module")
def png() -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((1000, 500)).save(file, "PNG")
    return file.getvalue()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_a_picture_comes_back_byte_by_byte(vault: Vault, png: bytes) -> None:
    picture = vault.put(png)
    assert picture == sha256(png).hexdigest()
    assert vault.get(picture) == png
    assert vault.path(picture).read_bytes() == png


def test_many_pictures_are_kept_in_their_order_and_equal_ones_once(vault: Vault, tmp_path: Path) -> None:
    datas = [b"picture %d" % (number % 40) for number in range(100)]
    pictures = vault.put_many(datas)
    assert pictures == [sha256(data).hexdigest() for data in datas]
    assert [vault.get(picture) for picture in pictures] == datas
    assert sorted(vault.pictures()) == sorted(set(pictures))
    assert len(files_in(tmp_path)) == 40
    assert vault.put_many([]) == []


def test_what_is_there_is_not_written_again(vault: Vault, png: bytes) -> None:
    path = vault.path(vault.put(png))
    written = path.stat().st_ino
    vault.put(png)
    assert path.stat().st_ino == written


def test_a_file_that_a_power_cut_left_short_is_written_again(vault: Vault, png: bytes) -> None:
    picture = vault.put(png)
    vault.path(picture).write_bytes(b"")
    vault.put(png)
    assert vault.get(picture) == png


def test_a_picture_that_is_not_there_is_not_found(vault: Vault, png: bytes) -> None:
    absent = PictureId("0" * 64)
    for ask in (vault.get, vault.path, lambda picture: vault.thumbnail(picture, 160)):
        with pytest.raises(NotFound, match=absent):
            ask(absent)
    picture = vault.put(png)
    vault.thumbnail(picture, 160)
    vault.delete([picture, absent])
    with pytest.raises(NotFound):
        vault.get(picture)


NO_IDS = ("", ".", "..", "../../../etc/passwd", "/etc/passwd", "../" + "a" * 61, "a" * 63, "a" * 65)
NO_DIGITS = ("A" * 64, "g" * 64, "a" * 64 + "\n", "\u0661" * 64, "a" * 32 + "\0" + "a" * 31)


@pytest.mark.parametrize("text", NO_IDS + NO_DIGITS)
def test_a_text_that_is_no_id_never_becomes_a_path(vault: Vault, text: str) -> None:
    for ask in (
        vault.get,
        vault.path,
        lambda picture: vault.thumbnail(picture, 320),
        lambda picture: vault.delete([picture]),
    ):
        with pytest.raises(NotFound, match="64 hexadecimal digits"):
            ask(PictureId(text))


def test_altered_bytes_are_told_as_corrupt(vault: Vault, png: bytes) -> None:
    picture = vault.put(png)
    vault.path(picture).write_bytes(png[:-1] + b"\0")
    with pytest.raises(PictureCorrupt, match="checksum"):
        vault.get(picture)
    with pytest.raises(PictureCorrupt):
        vault.thumbnail(picture, 160)


def test_a_sweep_passes_over_what_was_put_of_late(vault: Vault) -> None:
    old, used, fresh = vault.put_many([b"old", b"used", b"fresh"])
    for picture in (old, used):
        age(vault.path(picture), 2 * HOUR_S)
    vault.put(b"used")
    assert list(vault.pictures(idle_s=HOUR_S)) == [old]
    assert set(vault.pictures()) == {old, used, fresh}


def test_deleting_takes_the_thumbnails_too(vault: Vault, png: bytes, tmp_path: Path) -> None:
    picture = vault.put(png)
    for width in THUMBNAIL_WIDTHS:
        vault.thumbnail(picture, width)
    vault.delete([picture])
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(("asked", "given"), [(1, 160), (160, 160), (161, 320), (1280, 1000), (90_000, 1000)])
def test_a_thumbnail_has_the_next_width_but_never_more_than_the_picture(
    vault: Vault, png: bytes, asked: int, given: int
) -> None:
    path = vault.thumbnail(vault.put(png), asked)
    with Image.open(path) as made:
        assert (made.format, made.size) == ("JPEG", (given, given // 2))


def test_a_thumbnail_is_made_once_and_anew_when_it_is_spoilt(vault: Vault, png: bytes) -> None:
    picture = vault.put(png)
    path = vault.thumbnail(picture, 160)
    whole, written = path.read_bytes(), path.stat().st_ino
    assert vault.thumbnail(picture, 160).stat().st_ino == written
    for spoilt in (b"", whole[:-40], b"\0" * len(whole)):
        path.write_bytes(spoilt)
        assert vault.thumbnail(picture, 160).read_bytes() == whole
    path.unlink()
    assert vault.thumbnail(picture, 160).read_bytes() == whole


def test_what_is_kept_but_no_picture_has_no_thumbnail(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(NotAPicture):
        vault.thumbnail(vault.put(b"<html>"), 160)
    assert len(files_in(tmp_path)) == 1


def test_opening_removes_what_killed_writers_left_and_nothing_that_is_still_written(
    vault: Vault, png: bytes, tmp_path: Path
) -> None:
    picture = vault.put(png)
    incoming = tmp_path / "pictures" / "incoming"
    stale, fresh = incoming / "stale", incoming / "fresh"
    for path in (stale, fresh):
        path.write_bytes(png[:100])
    age(stale, 2 * HOUR_S)
    reopened = Vault(tmp_path / "pictures")
    assert (stale.exists(), fresh.exists()) == (False, True)
    assert list(reopened.pictures()) == [picture]


PUT_THE_SAME = """
import sys
from pathlib import Path
from visualsearch.pictures.vault import Vault
vault = Vault(Path(sys.argv[1]))
for start in range(0, 60, 20):
    vault.put_many([b"picture %d" % number * 1000 for number in range(start, start + 20)])
"""


def test_several_processes_may_put_the_same_pictures(vault: Vault, tmp_path: Path) -> None:
    folder = str(tmp_path / "pictures")
    processes = [subprocess.Popen([sys.executable, "-c", PUT_THE_SAME, folder]) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert len([vault.get(picture) for picture in vault.pictures()]) == 60
    assert files_in(tmp_path / "pictures" / "incoming") == []


PUT_FOR_EVER = """
import itertools, os, sys
from pathlib import Path
from visualsearch.pictures.vault import Vault
vault = Vault(Path(sys.argv[1]))
for number in itertools.count():
    print(*vault.put_many([os.urandom(5000) for _ in range(8)]), flush=True)
"""


def test_after_a_kill_every_picture_is_whole_and_those_that_were_answered_are_there(
    vault: Vault, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", PUT_FOR_EVER, str(tmp_path / "pictures")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        answered = [process.stdout.readline() for _ in range(5)]
        process.kill()
        answered += [line for line in process.stdout if line.endswith("\n")]
    kept = set(vault.pictures())
    assert {picture for line in answered for picture in line.split()} <= kept
    assert all(vault.get(picture) for picture in kept)


PUT_BEYOND_THE_LIMIT = """
import resource, sys
from pathlib import Path
from visualsearch.errors import StorageFull
from visualsearch.pictures.vault import Vault
vault = Vault(Path(sys.argv[1]))
kept = vault.put(bytes(5000))
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
for put in (lambda: vault.put(b"large" * 5000), lambda: vault.put_many([b"large" * 5000] * 3)):
    try:
        put()
    except StorageFull as error:
        print(error.message)
assert list(vault.pictures()) == [kept]
"""


def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """A bound on the size of files is met at the same place as the end of the disk."""
    command = [sys.executable, "-c", PUT_BEYOND_THE_LIMIT, str(tmp_path / "pictures")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.count("expected room for pictures") == 2
    assert files_in(tmp_path / "pictures" / "incoming") == []
