"""Files are read where that is allowed and nowhere else."""

import os
from pathlib import Path

import pytest

from visualsearch.errors import BadAddress, Forbidden, NotFound, TooLarge
from visualsearch.pictures.local_files import is_local, read_local_file, validate_local_file

MAX_BYTES = 1000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder that may be read, with a secret beside it."""
    (tmp_path / "secret").write_bytes(b"secret")
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    (allowed / "ü b.png").write_bytes(b"bytes")
    return allowed


@pytest.mark.parametrize(
    ("source", "local"),
    [
        ("/a/b.png", True),
        ("file:///a/b.png", True),
        ("FILE:/a", True),
        ("//host.example/a.png", False),
        ("a/b.png", False),
        ("https://host.example/a.png", False),
    ],
)
def test_a_local_source_is_an_absolute_path_or_a_file_url(source: str, *, local: bool) -> None:
    assert is_local(source) == local


def test_a_file_is_read_by_its_path_and_by_its_url(root: Path) -> None:
    path = root / "ü b.png"
    for source in (str(path), path.as_uri(), path.as_uri().replace("file://", "file://localhost")):
        assert read_local_file(source, [root], max_bytes=MAX_BYTES) == b"bytes"


def test_several_folders_may_be_allowed_or_all_of_them(root: Path) -> None:
    source = str(root / "ü b.png")
    for roots in ([Path("/nowhere"), root], [root.parent], [Path("/")]):
        assert read_local_file(source, roots, max_bytes=MAX_BYTES) == b"bytes"


@pytest.mark.parametrize(
    "way", ["direct", "dots", "link", "linked folder", "url", "encoded url", "sibling", "none"]
)
def test_a_file_outside_is_refused_by_whatever_way(root: Path, way: str) -> None:
    (root / "link.png").symlink_to("../secret")
    (root / "linked").symlink_to("..")
    secret = root.parent / "secret"
    sibling = root.parent / "allowed-too"
    sibling.write_bytes(b"secret")
    source = {
        "direct": str(secret),
        "dots": f"{root}/../secret",
        "link": f"{root}/link.png",
        "linked folder": f"{root}/linked/secret",
        "url": secret.as_uri(),
        "encoded url": f"file://{root}/%2e%2e/secret",
        "sibling": str(sibling),
        "none": str(root / "ü b.png"),
    }[way]
    roots = [] if way == "none" else [root]
    with pytest.raises(Forbidden, match="http://"):
        read_local_file(source, roots, max_bytes=MAX_BYTES)
    assert validate_local_file(source, roots) == ""


def test_what_is_not_there_or_no_file_is_not_found(root: Path) -> None:
    os.mkfifo(root / "pipe")
    (root / "loop").symlink_to("loop")
    for name in ("absent.png", "ü b.png/under.png", "", "pipe"):
        with pytest.raises(NotFound):
            read_local_file(f"{root}/{name}", [root], max_bytes=MAX_BYTES)
    with pytest.raises(NotFound):
        read_local_file("/dev/zero", [Path("/")], max_bytes=MAX_BYTES)


def test_a_file_may_have_as_many_bytes_as_allowed_and_not_one_more(root: Path) -> None:
    path = root / "large.png"
    path.write_bytes(bytes(MAX_BYTES))
    assert len(read_local_file(str(path), [root], max_bytes=MAX_BYTES)) == MAX_BYTES
    with pytest.raises(TooLarge):
        read_local_file(str(path), [root], max_bytes=MAX_BYTES - 1)


@pytest.mark.parametrize(
    "source", ["/a\0b", "file:///a%00b", "file://host.example/a", "file:a", "file://[", "/\ud800"]
)
def test_what_can_be_no_path_is_a_bad_address(source: str) -> None:
    with pytest.raises(BadAddress):
        read_local_file(source, [Path("/")], max_bytes=MAX_BYTES)
    assert validate_local_file(source, [Path("/")]) == ""


def test_the_validator_changes_with_the_file(root: Path) -> None:
    path = root / "a.png"
    assert validate_local_file(str(path), [root]) == ""
    path.write_bytes(b"1")
    os.utime(path, ns=(5, 123_456_789))
    assert validate_local_file(str(path), [root]) == "1:123456789"
    assert validate_local_file(path.as_uri(), [root]) == "1:123456789"
    os.utime(path, ns=(5, 123_456_790))
    assert validate_local_file(str(path), [root]) == "1:123456790"
