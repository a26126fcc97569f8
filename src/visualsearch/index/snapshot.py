"""The file of an index: blocks and a checksum, written in one step and verified before it is read.

Layout, integers little-endian: the magic word (8 bytes), the format version (4), the CRC-32 of these two (4),
the blocks, their description as JSON, the length of the JSON (8), the SHA-256 of everything before it (32).
The description stands at the end because a block's length is known only when it has been written.
"""

import errno
import fcntl
import hashlib
import json
import os
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import DTypeLike, NDArray

from visualsearch.errors import FormatTooNew, NotFound, SnapshotCorrupt, StorageFull, Unavailable

VERSION = 1
"""Raised by whoever changes the layout or a block; ``load`` goes on reading every version since 1."""

_MAGIC = b"vsINDEX\n"
_PRELUDE = struct.Struct("<8sI")
_PRELUDE_BYTES = _PRELUDE.size + 4
_DIGEST_BYTES = hashlib.sha256().digest_size
_TAIL_BYTES = 8 + _DIGEST_BYTES
_READ_BYTES = 1 << 20
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Write = Callable[["ReadableBuffer"], object]
"""Appends bytes to a file."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a snapshot says of itself."""

    kind: str
    """Which index wrote it."""
    dimension: int
    count: int
    """How many rows search can find."""
    mark: str
    """The owner's own text, such as the last change that the snapshot holds."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A verified snapshot, open for reading."""

    contents: Contents
    blocks: Mapping[str, tuple[int, int]]
    """Where each block begins, and its length in bytes."""
    file: BinaryIO

    def array(self, name: str, dtype: DTypeLike) -> NDArray[Any]:
        """Read a block of numbers, flat."""
        start, size = self.blocks[name]
        self.file.seek(start)
        return np.frombuffer(self.file.read(size), dtype)

    def mapped(self, name: str, dtype: DTypeLike) -> NDArray[Any]:
        """Map a block of numbers, flat: read as it is needed, and whole though the file be replaced."""
        start, size = self.blocks[name]
        count = size // np.dtype(dtype).itemsize
        if not count:
            return np.empty(0, dtype)
        # As a plain array: a slice of a memmap costs several times one of an array, and there are thousands.
        return np.memmap(self.file, dtype, "r", start, (count,)).view(np.ndarray)

    def reader(self, name: str) -> Callable[[int], bytes]:
        """Stand at the begin of a block, to be read piece by piece."""
        self.file.seek(self.blocks[name][0])
        return self.file.read


def save(path: Path, contents: Contents, blocks: Mapping[str, Callable[[Write], object]]) -> None:
    """Write a snapshot beside the old one, then put it in its place; the old one stays whole until then.

    Each block is a function that is given ``write``. Raises StorageFull and Unavailable, and leaves nothing.
    """
    part = path.with_name(f".{path.name}.part")
    with _translate(path, contents.count), _only_saver(path.parent) as folder:
        try:
            with part.open("wb") as file:
                _write(file, contents, blocks)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        os.fsync(folder)


@contextmanager
def load(path: Path, kind: str) -> Iterator[Stored]:
    """Verify a snapshot of one kind of index to its last byte, then let its blocks be read.

    Raises NotFound, SnapshotCorrupt (also for what goes wrong inside the ``with``) or FormatTooNew.
    """
    try:
        with path.open("rb") as file:
            stored = _verify(file, path)
            if stored.contents.kind != kind:
                raise _corrupt(path, f"a snapshot of kind {kind}", f"kind {stored.contents.kind}")
            yield stored
    except FileNotFoundError as error:
        raise NotFound(f"expected a snapshot at {path}, found no file: rebuild it from the store") from error
    except (KeyError, TypeError, ValueError, RuntimeError, OSError, struct.error) as error:
        raise _corrupt(path, "blocks that make an index", f"{type(error).__name__}: {error}") from error


@contextmanager
def _translate(path: Path, count: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        expected = f"expected to write a snapshot of {count} rows to {path}, found {error.strerror}"
        if error.errno in _NO_ROOM:
            raise StorageFull(
                f"{expected}: make room and save again; the old snapshot is untouched"
            ) from error
        raise Unavailable(
            f"{expected}: see to the folder and save again; the old snapshot is untouched"
        ) from error


@contextmanager
def _only_saver(folder: Path) -> Iterator[int]:
    """Keep other savers of all processes out of a folder; the lock goes when its process ends, however."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _write(file: BinaryIO, contents: Contents, blocks: Mapping[str, Callable[[Write], object]]) -> None:
    digest = hashlib.sha256()

    def write(part: "ReadableBuffer") -> None:
        file.write(part)
        digest.update(part)

    prelude = _PRELUDE.pack(_MAGIC, VERSION)
    write(prelude + struct.pack("<I", zlib.crc32(prelude)))
    places = {}
    for name, write_block in blocks.items():
        start = file.tell()
        write_block(write)
        places[name] = (start, file.tell() - start)
    description = json.dumps({"contents": asdict(contents), "blocks": places}).encode()
    write(description + struct.pack("<Q", len(description)))
    file.write(digest.digest())


def _verify(file: BinaryIO, path: Path) -> Stored:
    prelude = file.read(_PRELUDE_BYTES)
    if len(prelude) < _PRELUDE_BYTES or not prelude.startswith(_MAGIC):
        raise _corrupt(path, f"a file that begins with {_MAGIC!r}", repr(prelude[: len(_MAGIC)]))
    version: int = _PRELUDE.unpack(prelude[: _PRELUDE.size])[1]
    if struct.pack("<I", zlib.crc32(prelude[: _PRELUDE.size])) != prelude[_PRELUDE.size :]:
        raise _corrupt(path, "the format version's own checksum", "another")
    if version > VERSION:
        raise FormatTooNew(
            f"expected a snapshot of format {VERSION} or older at {path}, found format {version}: "
            "use the newer program, or delete the file to have it rebuilt from the store"
        )
    size = os.fstat(file.fileno()).st_size
    if size < _PRELUDE_BYTES + _TAIL_BYTES or _digest(file, size - _DIGEST_BYTES) != file.read(_DIGEST_BYTES):
        raise _corrupt(path, "the checksum that stands at the end of the file", "another")
    end = size - _TAIL_BYTES
    file.seek(end)
    (length,) = struct.unpack("<Q", file.read(8))
    file.seek(end - length)
    said = json.loads(file.read(length))
    return Stored(
        Contents(**said["contents"]), {name: (at, size) for name, (at, size) in said["blocks"].items()}, file
    )


def _digest(file: BinaryIO, size: int) -> bytes:
    digest = hashlib.sha256()
    file.seek(0)
    while file.tell() < size and (part := file.read(min(_READ_BYTES, size - file.tell()))):
        digest.update(part)
    return digest.digest()


def _corrupt(path: Path, expected: str, found: str) -> SnapshotCorrupt:
    return SnapshotCorrupt(
        f"expected {expected} at {path}, found {found}: delete the file to have it rebuilt from the store"
    )
