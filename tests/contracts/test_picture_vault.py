"""What every place of pictures promises."""

import io
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest
from PIL import Image

from visualsearch.domain import PictureId
from visualsearch.errors import BadInput, MissingExtra, NotAPicture, NotFound, PictureCorrupt, Unavailable
from visualsearch.pictures.remote_vault import RemoteVault
from visualsearch.pictures.vault import Vault
from visualsearch.ports import PictureVault

ABSENT = PictureId("0" * 64)

SERVE = """
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
import sys
sys.stdin.read()
server.stop()
"""


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    """Start an S3 server in a process of its own, and make a bucket."""
    from s3fs import S3FileSystem  # noqa: PLC0415 (slow to load, for this alone)

    account = {"AWS_ACCESS_KEY_ID": "tester", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
    command = [sys.executable, "-W", "ignore", "-c", SERVE]
    with (
        pytest.MonkeyPatch.context() as environment,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as server,
    ):
        assert server.stdout is not None
        endpoint = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        for name, value in {**account, "AWS_ENDPOINT_URL": endpoint}.items():
            environment.setenv(name, value)
        S3FileSystem().mkdir("pictures")
        yield "s3://pictures"
        server.kill()


@pytest.fixture(params=["folder", "memory", "file", "s3"])
def open_vault(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], PictureVault]:
    """Give what opens the same place again, as another process would."""
    if request.param == "folder":
        return lambda: Vault(tmp_path / "pictures")
    url = {"memory": f"memory://{uuid4().hex}", "file": f"file://{tmp_path}/pictures"}.get(request.param)
    url = url or f"{request.getfixturevalue('s3_url')}/{uuid4().hex}"
    return lambda: RemoteVault(url, Vault(Path(tempfile.mkdtemp(dir=tmp_path))))


@pytest.fixture
def vault(open_vault: Callable[[], PictureVault]) -> PictureVault:
    return open_vault()


@pytest.fixture(scope="module")
def png() -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((1000, 500)).save(file, "PNG")
    return file.getvalue()


def test_pictures_come_back_byte_by_byte_wherever_they_are_asked_for(
    open_vault: Callable[[], PictureVault], png: bytes
) -> None:
    datas = [b"picture %d" % (number % 20) for number in range(40)] + [png]
    pictures = open_vault().put_many(datas)
    assert pictures == [sha256(data).hexdigest() for data in datas]
    again = open_vault()
    assert [again.get(picture) for picture in pictures] == datas
    assert again.path(pictures[-1]).read_bytes() == png
    assert again.held([*pictures, ABSENT]) == set(pictures)
    assert again.put_many(datas[:3]) == pictures[:3]
    assert again.put_many([]) == []
    assert again.held([]) == set()


def test_a_thumbnail_is_a_jpeg_of_the_next_kept_width(vault: PictureVault, png: bytes) -> None:
    [picture, other] = vault.put_many([png, b"no picture"])
    for _ in range(2):
        with Image.open(vault.thumbnail(picture, 100)) as small:
            assert (small.format, small.size) == ("JPEG", (160, 80))
    with pytest.raises(NotAPicture):
        vault.thumbnail(other, 160)


def test_what_is_not_there_is_not_found(vault: PictureVault) -> None:
    for ask in (vault.get, vault.path, lambda picture: vault.thumbnail(picture, 160)):
        with pytest.raises(NotFound, match=ABSENT):
            ask(ABSENT)
        with pytest.raises(NotFound, match="64 hexadecimal digits"):
            ask(PictureId("../" * 21 + "x"))


@pytest.mark.parametrize("damage", [b"", b"other bytes"])
def test_a_damaged_picture_is_told_of_and_one_cut_short_is_put_again(tmp_path: Path, damage: bytes) -> None:
    vault = RemoteVault(f"file://{tmp_path}/pictures", Vault(tmp_path / "shown"))
    [picture] = vault.put_many([b"a picture"])
    (tmp_path / "pictures" / picture[:2] / picture).write_bytes(damage)
    with pytest.raises(PictureCorrupt, match="found other bytes"):
        vault.get(picture)
    vault.put_many([b"a picture"])
    assert vault.get(picture) == b"a picture"


def test_what_is_shown_is_kept_beside_and_may_be_emptied(tmp_path: Path, png: bytes) -> None:
    vault = RemoteVault(f"memory://{uuid4().hex}", Vault(tmp_path))
    [picture] = vault.put_many([png])
    assert not (tmp_path / picture[:2] / picture).exists(), "what is put goes there alone"
    first = vault.thumbnail(picture, 160)
    (tmp_path / picture[:2] / picture).unlink()
    assert vault.thumbnail(picture, 160) == first
    first.unlink()
    assert vault.thumbnail(picture, 160) == first


def test_addresses_that_are_none_are_refused(tmp_path: Path, s3_url: str) -> None:
    with pytest.raises(BadInput, match="expected an address such as s3://"):
        RemoteVault("nothing://known", Vault(tmp_path))
    with pytest.raises(MissingExtra, match="visualsearch"):
        RemoteVault("gs://bucket", Vault(tmp_path))
    with pytest.raises(Unavailable, match=r"no bucket .*check pictures\.url"):
        RemoteVault(f"{s3_url}-that-is-not-there/x", Vault(tmp_path))


def test_a_server_that_is_away_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    fsspec.filesystem("s3").clear_instance_cache()  # each keeps the server that it was made for
    with pytest.raises(Unavailable, match="s3://away"):
        RemoteVault("s3://away/x", Vault(tmp_path))
    fsspec.filesystem("s3").clear_instance_cache()
