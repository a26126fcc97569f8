"""Keeps the photos that shoppers put into links, in a folder of bounded size; the oldest go first."""

import hashlib
import re
from pathlib import Path
from threading import Lock

from visualsearch.errors import NotFound, TooLarge
from visualsearch.store.whole import write_whole

_ID = re.compile(r"[0-9a-f]{64}")


class Photos:
    """Photos of a folder, named by their bytes; may be used from several threads at once."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._changing = Lock()

    def keep(self, data: bytes) -> str:
        """Keep a photo and give its id; raises TooLarge and StorageFull."""
        if len(data) > self._max_bytes:
            raise TooLarge(f"expected a photo of at most {self._max_bytes:,} bytes, found {len(data):,}")
        photo = hashlib.sha256(data).hexdigest()
        with self._changing:
            self._folder.mkdir(exist_ok=True)
            write_whole(self._folder / photo, data)  # again where it is there, so that it is the newest
            self._forget_oldest()
        return photo

    def find(self, photo: str) -> Path:
        """Find a photo's file; raises NotFound."""
        path = self._folder / photo
        if not _ID.fullmatch(photo) or not path.is_file():
            raise NotFound("expected the id of a photo that is kept, found none of that name; show it again")
        return path

    def _forget_oldest(self) -> None:
        files = [(path.stat(), path) for path in self._folder.iterdir() if _ID.fullmatch(path.name)]
        size_bytes = sum(status.st_size for status, _ in files)
        for status, path in sorted(files, key=lambda file: file[0].st_mtime_ns):
            if size_bytes <= self._max_bytes:
                return
            path.unlink()
            size_bytes -= status.st_size
