"""The pictures' own bytes in any store that fsspec knows, such as S3, named by their SHA-256."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

try:
    import fsspec
except ImportError as error:
    from visualsearch.errors import MissingExtra

    raise MissingExtra("expected fsspec, found that it is not installed: install visualsearch[s3]") from error

from visualsearch.domain import PictureId
from visualsearch.errors import BadInput, MissingExtra, NotFound, PictureCorrupt, Unavailable
from visualsearch.pictures.vault import Vault

_ID = re.compile("[0-9a-f]{64}")


class RemoteVault:
    """Pictures under an address: ``ab/abcdef…`` as in a folder; what is shown is kept in a folder too.

    Any number of machines may use the same address. The folder holds copies alone and may be emptied.
    """

    def __init__(self, url: str, shown: Vault) -> None:
        """Open an address; raises BadInput where it is none, MissingExtra where it needs a package."""
        self._url = url
        self._shown = shown
        try:
            self._files, root = fsspec.core.url_to_fs(url, **_options(url))
        except ImportError as error:
            raise MissingExtra(
                f"expected what reaches {url}, found: {error}; for S3 install visualsearch[s3]"
            ) from error
        except ValueError as error:
            raise BadInput(
                f"expected an address such as s3://bucket/prefix, found {url!r}: {error}"
            ) from error
        self._root = root.rstrip("/")
        bucket = self._root.partition("/")[0]
        with self._translated():
            if bucket and not self._files.exists(bucket):
                raise FileNotFoundError(f"no bucket {bucket}")

    def put(self, data: bytes) -> PictureId:
        """Keep one picture; raises Unavailable, and nothing is kept then."""
        return self.put_many([data])[0]

    def put_many(self, datas: Sequence[bytes]) -> list[PictureId]:
        """Keep pictures, all at a time, or some if it raises Unavailable; entry i is of picture i."""
        pictures = [PictureId(sha256(data).hexdigest()) for data in datas]
        wanted = dict(zip(pictures, datas, strict=True))
        sizes = self._sizes(list(wanted))
        missing = {self._place(one): data for one, data in wanted.items() if sizes.get(one) != len(data)}
        if missing:
            with self._translated():
                self._files.pipe(missing)
        return pictures

    def held(self, pictures: Sequence[PictureId]) -> set[PictureId]:
        """Tell which pictures are kept."""
        return set(self._sizes(pictures))

    def get(self, picture: PictureId) -> bytes:
        """Read a picture; raises NotFound, or PictureCorrupt if the bytes are not those that were put."""
        with self._translated():
            try:
                data: bytes = self._files.cat_file(self._place(picture))
            except FileNotFoundError as error:
                raise NotFound(f"expected a kept picture, found none with the id {picture}") from error
        if sha256(data).hexdigest() != picture:
            raise PictureCorrupt(
                f"expected {self._url}/{picture[:2]}/{picture} to have the checksum that is its name, "
                "found other bytes; delete it and bring its product in again"
            )
        return data

    def path(self, picture: PictureId) -> Path:
        """Tell where a copy of a picture's bytes is; raises as ``get`` does."""
        self._fetch(picture)
        return self._shown.path(picture)

    def thumbnail(self, picture: PictureId, width: int) -> Path:
        """Tell where a JPEG of the next kept width is, made now if need be; raises as a vault does."""
        if (made := self._shown.made_thumbnail(picture, width)) is not None:
            return made
        self._fetch(picture)
        return self._shown.thumbnail(picture, width)

    def _fetch(self, picture: PictureId) -> None:
        if not self._shown.held([picture]):
            self._shown.put(self.get(picture))

    def _sizes(self, pictures: Sequence[PictureId]) -> dict[PictureId, int]:
        """Tell the bytes of those that are kept, asking for many at a time."""

        def size(picture: PictureId) -> int | None:
            try:
                return int(self._files.info(self._place(picture))["size"])
            except FileNotFoundError:
                return None

        with self._translated(), ThreadPoolExecutor(16, thread_name_prefix="pictures") as threads:
            found = dict(zip(pictures, threads.map(size, pictures), strict=True))
        return {picture: bytes_ for picture, bytes_ in found.items() if bytes_ is not None}

    def _place(self, picture: PictureId) -> str:
        if not _ID.fullmatch(picture):
            raise NotFound(f"expected 64 hexadecimal digits as a picture's id, found {picture[:80]!r}")
        return f"{self._root}/{picture[:2]}/{picture}"

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (NotFound, PictureCorrupt):
            raise
        except Exception as error:
            # Each store of fsspec raises errors of its own library; what they share is that it did not work.
            raise Unavailable(
                f"expected pictures at {self._url}, found: {type(error).__name__} "
                f"{' '.join(str(error).split())[:300]}; check pictures.url and its account, or try again"
            ) from error


def _options(url: str) -> dict[str, bool]:
    return {"auto_mkdir": True} if url.startswith(("file:", "local:")) else {}
