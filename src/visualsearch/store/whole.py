"""Writes a small file of a shop as a whole: what was there before, or all of the new."""

import os
from pathlib import Path

from visualsearch.errors import StorageFull


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step that outlives a power cut; raises StorageFull."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StorageFull(
            f"Expected to write {path}, found: {error.strerror}. Make room and try again."
        ) from error
