"""A folder of pictures: one product each, named by its file."""

import os
from collections.abc import Iterator
from pathlib import Path

from visualsearch.catalogue.fields import clean_id, clean_levels
from visualsearch.catalogue.lines import Progress
from visualsearch.catalogue.scratch import count_ids, find_count, open_scratch
from visualsearch.domain import Failure, Product
from visualsearch.errors import BadLine

EXPLANATION = "a picture a product: id=file name without its ending, categories=the sub-folders"

ENDINGS = frozenset({".jpg", ".jpeg", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif"})


def read(folder: Path, progress: Progress | None = None) -> Iterator[Product | Failure]:
    """Read the pictures in the order of their names.

    Each picture is a product of its own, ``shoe_1.jpg`` and ``shoe_2.jpg`` too. Where pictures share a name
    without ending, all of them get their path in the folder for an id, such as ``boots/12.jpg``.
    """
    with open_scratch() as scratch:
        count_ids(scratch, (os.fsencode(path.stem).hex() for path in find_pictures(folder)))
        count: int = scratch.execute("SELECT sum(times) FROM seen").fetchone()[0]
        for number, path in enumerate(find_pictures(folder), 1):
            if progress:
                progress(min(1.0, number / count))
            shared = find_count(scratch, os.fsencode(path.stem).hex()) > 1
            yield _describe(path, folder, shared=shared)


def find_pictures(folder: Path) -> Iterator[Path]:
    """Find the pictures in a folder and below, but no hidden ones and none that lie outside of it."""
    real = folder.resolve()
    for parent, folders, files in os.walk(folder.absolute()):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        pictures = (name for name in sorted(files) if name[0] != "." and Path(name).suffix.lower() in ENDINGS)
        for path in (Path(parent, name) for name in pictures):
            if path.is_file() and (not path.is_symlink() or path.resolve().is_relative_to(real)):
                yield path


def _describe(path: Path, folder: Path, *, shared: bool) -> Product | Failure:
    place = path.relative_to(folder.absolute())
    name = f"{place.parent.as_posix()}/{place.name}" if shared else path.stem
    try:
        return Product(id=clean_id(name), categories=clean_levels(place.parent.parts), pictures=(str(path),))
    except BadLine as error:
        return Failure(error.code, error.message, str(place).encode(errors="replace").decode())
