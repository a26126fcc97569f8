"""The pictures' own bytes on disk, each under the SHA-256 of its content."""

import errno
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from visualsearch.domain import PictureId
from visualsearch.errors import NotFound, PictureCorrupt, StorageFull
from visualsearch.pictures.crop import thumbnail
from visualsearch.pictures.decode import MAX_PIXELS

THUMBNAIL_WIDTHS = (160, 320, 640, 1280, 2048)
"""The widths that are made; few, so that no visitor can fill the disk by asking for every one."""

_STALE_S = 3600
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SHARDS = tuple(f"{number:02x}" for number in range(256))
_ID = re.compile("[0-9a-f]{64}")


class Vault:
    """A folder of pictures: ``ab/abcdef…`` are the bytes; ``thumbnails/160/ab/abcdef….jpg`` are derived.

    Any number of threads and processes may use the same folder. After a crash or a power cut each
    picture is whole or absent, and those that ``put`` had returned are there.
    """

    def __init__(self, folder: Path, *, max_pixels: int = MAX_PIXELS) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._max_pixels = max_pixels
        with _full_disk_told(folder):
            for name in ("incoming", *_SHARDS):
                (folder / name).mkdir(parents=True, exist_ok=True)
            _sync(folder)
        _remove_stale_files(self._incoming)

    def put(self, data: bytes) -> PictureId:
        """Keep one picture; raises StorageFull, and nothing is kept then."""
        return self.put_many([data])[0]

    def put_many(self, datas: Sequence[bytes]) -> list[PictureId]:
        """Keep pictures, waiting for the disk once for all; entry i is the id of picture i.

        When it returns they are safe from a power cut. Raises StorageFull; some may be kept then.
        """
        pictures = [PictureId(sha256(data).hexdigest()) for data in datas]
        wanted = dict(zip(pictures, datas, strict=True))
        missing = {picture: data for picture, data in wanted.items() if not self._touch(picture, len(data))}
        if missing:
            with _full_disk_told(self._folder):
                self._write({self._place(picture): data for picture, data in missing.items()}, sync=True)
        return pictures

    def held(self, pictures: Sequence[PictureId]) -> set[PictureId]:
        """Tell which pictures are kept."""
        return {picture for picture in pictures if self._place(picture).is_file()}

    def get(self, picture: PictureId) -> bytes:
        """Read a picture; raises NotFound, or PictureCorrupt if the bytes are not those that were put."""
        path = self.path(picture)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise PictureCorrupt(f"expected to read {path}, found: {error.strerror}") from error
        if sha256(data).hexdigest() != picture:
            raise PictureCorrupt(
                f"expected {path} to have the checksum that is its name, found other bytes; "
                "delete it and bring its product in again"
            )
        return data

    def path(self, picture: PictureId) -> Path:
        """Tell where a picture's bytes are; raises NotFound, also for what is no id at all."""
        place = self._place(picture)
        if not place.is_file():
            raise NotFound(f"expected a kept picture, found none with the id {picture}")
        return place

    def thumbnail(self, picture: PictureId, width: int) -> Path:
        """Tell where a JPEG of the next of ``THUMBNAIL_WIDTHS`` is, made now if need be.

        Raises as ``get`` and ``decode`` do, and StorageFull.
        """
        if (there := self.made_thumbnail(picture, width)) is not None:
            return there
        step = _step(width)
        place = self._thumbnail_place(picture, step)
        made = thumbnail(self.get(picture), step, max_pixels=self._max_pixels)
        with _full_disk_told(self._folder):
            place.parent.mkdir(parents=True, exist_ok=True)
            self._write({place: made}, sync=False)
        return place

    def made_thumbnail(self, picture: PictureId, width: int) -> Path | None:
        """Tell where a thumbnail is that was made before, or None."""
        place = self._thumbnail_place(picture, _step(width))
        return place if _is_whole_jpeg(place) else None

    def delete(self, pictures: Iterable[PictureId]) -> None:
        """Delete pictures and their thumbnails; one that is not there is passed over."""
        for picture in pictures:
            self._place(picture).unlink(missing_ok=True)
            for width in THUMBNAIL_WIDTHS:
                self._thumbnail_place(picture, width).unlink(missing_ok=True)

    def pictures(self, idle_s: float = 0) -> Iterator[PictureId]:
        """Go through the pictures that were not put for so many seconds, in no order.

        A sweep of what no product names needs an hour or so here: pictures are put before the
        products that name them.
        """
        newest = time.time() - idle_s
        for shard in _SHARDS:
            with os.scandir(self._folder / shard) as entries:
                for entry in entries:
                    if _ID.fullmatch(entry.name) and _changed_before(entry, newest):
                        yield PictureId(entry.name)

    def _place(self, picture: PictureId) -> Path:
        if not _ID.fullmatch(picture):
            raise NotFound(f"expected 64 hexadecimal digits as a picture's id, found {picture[:80]!r}")
        return self._folder / picture[:2] / picture

    def _thumbnail_place(self, picture: PictureId, width: int) -> Path:
        shard = self._place(picture).parent.name
        return self._folder / "thumbnails" / str(width) / shard / f"{picture}.jpg"

    def _touch(self, picture: PictureId, size_bytes: int) -> bool:
        """Tell whether a picture is there, and if so note that it was put again."""
        place = self._place(picture)
        try:
            if place.stat().st_size != size_bytes:
                return False
            os.utime(place)
        except FileNotFoundError:
            return False
        return True

    def _write(self, files: Mapping[Path, bytes], *, sync: bool) -> None:
        """Write files so that none is ever seen in part; synced, they are safe from a power cut."""
        drafts: dict[Path, Path] = {}
        try:
            for place, data in files.items():
                draft = self._incoming / f"{place.name}.{token_hex(8)}"
                drafts[draft] = place
                draft.write_bytes(data)
            # All are written before the first is synced: the file system then commits them together.
            if sync:
                for draft in drafts:
                    _sync(draft)
            for draft, place in drafts.items():
                draft.replace(place)
            if sync:
                for folder in {place.parent for place in files}:
                    _sync(folder)
        except BaseException:
            for draft in drafts:
                draft.unlink(missing_ok=True)
            raise


def _step(width: int) -> int:
    return next((step for step in THUMBNAIL_WIDTHS if step >= width), THUMBNAIL_WIDTHS[-1])


@contextmanager
def _full_disk_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StorageFull(
            f"expected room for pictures in {folder}, found: {error.strerror}; make room and try again"
        ) from error


def _sync(path: Path) -> None:
    """Make a file's bytes, or the names in a folder, safe from a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_stale_files(incoming: Path) -> None:
    """Remove what writers that were killed have left; an hour is longer than any write takes."""
    oldest = time.time() - _STALE_S
    with os.scandir(incoming) as entries:
        for entry in entries:
            if _changed_before(entry, oldest):
                Path(entry).unlink(missing_ok=True)


def _changed_before(entry: os.DirEntry[str], moment: float) -> bool:
    try:
        return entry.stat().st_mtime <= moment
    except FileNotFoundError:  # another process was faster
        return False


def _is_whole_jpeg(path: Path) -> bool:
    """Tell whether a thumbnail has its first and last bytes: they are not synced, for they can be remade."""
    try:
        data = path.read_bytes()
    except OSError:
        return False
    return data.startswith(b"\xff\xd8\xff") and data.endswith(b"\xff\xd9")
