"""What somebody sent -> a catalogue file that can be read: archives are unpacked within bounds."""

import json
import os
import posixpath
import re
import shutil
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from visualsearch.catalogue.folder import ENDINGS
from visualsearch.catalogue.lines import GZIP_MAGIC
from visualsearch.catalogue.opening import open_catalogue
from visualsearch.domain import Product
from visualsearch.errors import BadCatalogue, StorageFull, TooLarge
from visualsearch.store.whole import write_whole

UPLOAD, FILES, NAMES = "upload", "files", "names.json"
TABLES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"})
"""Endings of what an archive's catalogue may be; .txt and .json are often beside pictures."""
PRODUCTS = "products.jsonl"
"""The catalogue that is made of a folder of pictures."""

_ZIP_MAGIC = b"PK\x03\x04", b"PK\x05\x06"
_PIECE_BYTES = 1 << 20
_DIRECTORY_BYTES_PER_ENTRY = 1_024
"""Of a ZIP's directory: 46 bytes, a name, and little else."""
GZIP_WINDOW = 31
"""Tells zlib that gzip's own head and checksum are there."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")

Show = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be unpacked."""

    max_entries: int
    max_bytes: int
    """Unpacked, all together."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A catalogue, and the files that it may name."""

    catalogue: Path
    files: Path
    """The only folder whose files may be read for it."""
    place: str
    """Where in the archive the catalogue was: its links begin there."""
    names: Mapping[str, str]
    """Names that the catalogue's links have, and what the files are called here."""
    sent: Mapping[str, str]
    """What the files are called here, and the names that they had in the archive."""

    def settled(self, product: Product) -> Product:
        """Let a product's links lead to the files as they are called here."""
        return replace(product, pictures=tuple(map(self._settle, product.pictures)))

    def _settle(self, source: str) -> str:
        if not source.startswith("/"):
            return source
        link = os.path.relpath(source, self.files)
        stored = self.names.get(posixpath.normpath(posixpath.join(self.place, link)))
        return source if stored is None else str(self.files / stored)

    def told(self, text: str, name: str) -> str:
        """Tell of the catalogue by the name that its sender gave it, and of files without our folders."""
        called = self.catalogue.name
        text = f"{name}{text.removeprefix(called)}" if text.startswith(f"{called}:") else text
        text = text.replace(str(self.catalogue), name)
        return re.sub(
            re.escape(f"{self.files}/") + r"([\w.-]+)", lambda file: self.sent.get(file[1], file[1]), text
        )


def check_upload(path: Path, limits: Limits) -> str:
    """Tell what an upload is before it is unpacked; raises BadCatalogue, TooLarge, MissingExtra."""
    if not _is_zip(path):
        return open_catalogue(path).explanation
    with _opened(path, limits) as archive:
        table, pictures = _choose(_entries(archive, limits))
    return f"zip, {pictures} pictures" + (f" and the table {table.filename}" if table else "")


def unpack(folder: Path, limits: Limits, show: Show = lambda _: None) -> Unpacked:
    """Unpack the upload in a job's folder beside it, unless that is done already.

    Names from the archive become data and never paths: files are called by a number. Raises BadCatalogue for
    an archive that holds no catalogue or cannot be read, TooLarge past the limits, and StorageFull.
    """
    upload, files, names = folder / UPLOAD, folder / FILES, folder / NAMES
    if not names.exists():
        shutil.rmtree(files, ignore_errors=True)
        with _translated(files):
            files.mkdir()
            found = _unpack(upload, files, limits, show)
        write_whole(names, json.dumps(found).encode())
    known = json.loads(names.read_bytes())
    return Unpacked(
        files / known["catalogue"], files.resolve(), known["place"], known["names"], known["sent"]
    )


def remove_upload(folder: Path) -> None:
    """Remove what was sent, and what was unpacked of it: the shop keeps its own copies."""
    (folder / UPLOAD).unlink(missing_ok=True)
    (folder / NAMES).unlink(missing_ok=True)
    shutil.rmtree(folder / FILES, ignore_errors=True)


def _unpack(upload: Path, files: Path, limits: Limits, show: Show) -> dict[str, object]:
    if _is_zip(upload):
        return _unpack_zip(upload, files, limits, show)
    with upload.open("rb") as sent:
        is_packed = sent.read(2) == GZIP_MAGIC
    stored = files / "catalogue"
    if not is_packed:
        return {"catalogue": f"../{UPLOAD}", "place": "", "names": {}, "sent": {}}
    # Not by the reader of lines, which has no end in mind: a few bytes of gzip may be lines without end.
    with upload.open("rb") as sent, stored.open("wb") as into:
        budget = _Budget(limits.max_bytes)
        for piece in _inflated(sent):
            budget.spend(len(piece))
            into.write(piece)
            show(0.0)
    return {"catalogue": stored.name, "place": "", "names": {}, "sent": {}}


def _inflated(sent: IO[bytes]) -> Iterator[bytes]:
    """Inflate gzip in pieces of bounded size; raises BadCatalogue where it is broken or cut."""
    engine = zlib.decompressobj(wbits=GZIP_WINDOW)
    rest = b""
    try:
        while piece := rest or sent.read(_PIECE_BYTES):
            yield engine.decompress(piece, _PIECE_BYTES)
            rest = engine.unconsumed_tail
            if engine.eof:  # another may follow; what is none is passed over, as gzip does
                rest = engine.unused_data or sent.read(_PIECE_BYTES)
                if not rest.startswith(GZIP_MAGIC):
                    return
                engine = zlib.decompressobj(wbits=GZIP_WINDOW)
    except zlib.error as error:
        raise BadCatalogue(f"expected whole gzip, found it broken: {error}; pack it again") from error
    raise BadCatalogue("expected whole gzip, found it cut; send it again")


def _unpack_zip(upload: Path, files: Path, limits: Limits, show: Show) -> dict[str, object]:
    with _opened(upload, limits) as archive:
        entries = _entries(archive, limits)
        table, _ = _choose(entries)
        budget, total = _Budget(limits.max_bytes), max(1, sum(one.file_size for one in entries))
        names = {}
        for number, entry in enumerate(entries):
            names[entry.filename] = f"{number:06}-{_harmless(entry.filename)}"
            with archive.open(entry) as packed, (files / names[entry.filename]).open("wb") as into:
                while piece := packed.read(_PIECE_BYTES):
                    budget.spend(len(piece))
                    into.write(piece)
            show(min(1.0, budget.spent / total))
    sent = {stored: name for name, stored in names.items()}
    if table is not None:
        place = str(PurePosixPath(table.filename).parent)
        return {"catalogue": names[table.filename], "place": place, "names": names, "sent": sent}
    (files / PRODUCTS).write_text("".join(_described(names)), encoding="utf-8")
    return {"catalogue": PRODUCTS, "place": "", "names": {name: name for name in sent}, "sent": sent}


def _described(names: Mapping[str, str]) -> Iterator[str]:
    """Describe pictures as products, as ``catalogue.folder`` does: by their names and sub-folders."""
    paths = [PurePosixPath(name.lstrip("/")) for name in names]
    top = _shared_top(paths)
    times = Counter(path.stem for path in paths)
    for path, stored in zip(paths, names.values(), strict=True):
        place = path.relative_to(top)
        name = path.stem if times[path.stem] == 1 else f"{place.parent.as_posix()}/{place.name}"
        product = {"id": name, "categories": list(place.parent.parts), "pictures": [stored]}
        yield json.dumps(product) + "\n"


def _shared_top(paths: list[PurePosixPath]) -> PurePosixPath:
    """Find the folder that was packed, where all is in one: it is no category."""
    tops = {path.parts[0] if len(path.parts) > 1 else "" for path in paths}
    top = tops.pop() if len(tops) == 1 else ""
    return PurePosixPath(top) if top else PurePosixPath()


def _choose(entries: list[zipfile.ZipInfo]) -> tuple[zipfile.ZipInfo | None, int]:
    """Find the one table of an archive, and count its pictures; raises BadCatalogue."""
    tables = [one for one in entries if PurePosixPath(one.filename).suffix.lower() in TABLES]
    if len(tables) > 1:
        named = ", ".join(one.filename[:80] for one in tables[:3])
        raise BadCatalogue(
            f"expected one table in the archive, found {len(tables)}: {named}; send one at a time"
        )
    if not entries:
        raise BadCatalogue(
            f"expected pictures or a table ({', '.join(sorted(TABLES))}) in the archive, found neither; "
            "of a spreadsheet, save a sheet as CSV and send that"
        )
    return next(iter(tables), None), len(entries) - len(tables)


def _entries(archive: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    """List the pictures and tables of an archive, in the order of their names; raises TooLarge."""
    wanted = sorted((one for one in archive.infolist() if _is_wanted(one)), key=lambda one: one.filename)
    if len(wanted) > limits.max_entries:
        raise TooLarge(
            f"expected at most {limits.max_entries:,} files in the archive, found {len(wanted):,}; "
            "send it in parts"
        )
    _Budget(limits.max_bytes).spend(sum(one.file_size for one in wanted))
    if any(one.flag_bits & 1 for one in wanted):
        raise BadCatalogue("expected an archive without a password, found one with; pack it without")
    return wanted


def _is_wanted(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    is_hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return (
        not (entry.is_dir() or is_hidden) and PurePosixPath(entry.filename).suffix.lower() in ENDINGS | TABLES
    )


@contextmanager
def _opened(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP whose directory is not too large to be read."""
    with path.open("rb") as file:
        size_bytes = _directory_bytes(file)
    if size_bytes > limits.max_entries * _DIRECTORY_BYTES_PER_ENTRY:
        raise TooLarge(
            f"expected at most {limits.max_entries:,} files in the archive, found a directory of "
            f"{size_bytes:,} bytes; send it in parts"
        )
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, UnicodeDecodeError) as error:
        raise BadCatalogue(f"expected a whole ZIP archive, found: {error}; pack it again") from error


def _directory_bytes(file: IO[bytes]) -> int:
    """Read from the end of a ZIP how large its directory is, before a library reads all of it."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - (1 << 16) - 200))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise BadCatalogue("expected a whole ZIP archive, found one without its end; send it again")
    (directory,) = struct.unpack_from("<L", tail, end + 12)
    wide = tail.rfind(b"PK\x06\x06", 0, end)
    if wide >= 0 and len(tail) >= wide + 48:
        directory = max(directory % 0xFFFFFFFF, struct.unpack_from("<Q", tail, wide + 40)[0])
    return int(directory)


@dataclass(slots=True)
class _Budget:
    """Bytes that may be unpacked."""

    most: int
    spent: int = 0

    def spend(self, size: int) -> None:
        """Count bytes; raises TooLarge past the limit."""
        self.spent += size
        if self.spent > self.most:
            raise TooLarge(f"expected at most {self.most:,} bytes unpacked, found more; send it in parts")


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in _ZIP_MAGIC


def _harmless(name: str) -> str:
    """Keep of a name what helps people to know it: letters and digits of its end."""
    return _UNSAFE.sub("_", PurePosixPath(name).name)[-60:].lstrip(".")


@contextmanager
def _translated(files: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFull(
            f"expected to unpack into {files}, found: {error.strerror or error}; make room and try again"
        ) from error
