"""Pictures in files of this machine, where that is allowed."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from visualsearch.errors import BadAddress, FetchFailed, Forbidden, NotFound, TooLarge

_ABSENT = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


def is_local(source: str) -> bool:
    """Tell whether a source is an absolute path or a ``file:`` URL."""
    names_host = source.startswith("//")
    return (source.startswith("/") and not names_host) or source[:5].lower() == "file:"


def read_local_file(source: str, roots: Sequence[Path], *, max_bytes: int) -> bytes:
    """Read a file that lies in one of the folders, symbolic links followed first.

    Raises Forbidden outside them, NotFound, TooLarge, BadAddress, and FetchFailed for what the disk says.
    """
    path = _allowed_path(source, roots)
    try:
        # Without O_NONBLOCK a named pipe would be waited for until somebody writes.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor, no path
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise NotFound(f"expected a file, found something else at {path}")
            data = file.read(max_bytes + 1) or b""
    except _ABSENT as error:
        raise NotFound(f"expected a file, found none at {path}; check the catalogue's path") from error
    except OSError as error:
        raise FetchFailed(f"expected to read {path}, found: {error.strerror}") from error
    if len(data) > max_bytes:
        raise TooLarge(f"expected at most {max_bytes:,} bytes, found more in {path}")
    return data


def validate_local_file(source: str, roots: Sequence[Path]) -> str:
    """Name a file's state as ``size:mtime_ns``; empty if it is absent or not allowed."""
    try:
        state = _allowed_path(source, roots).stat()
    except (OSError, BadAddress, Forbidden):
        return ""
    return f"{state.st_size}:{state.st_mtime_ns}"


def _allowed_path(source: str, roots: Sequence[Path]) -> Path:
    try:
        path = Path(os.path.realpath(_path_of(source)))
    except ValueError as error:  # a zero byte, half a surrogate pair, brackets where a host should be
        raise BadAddress(f"expected a path that a file can have, found {source[:80]!r}: {error}") from error
    if not any(path.is_relative_to(root) for root in roots):
        raise Forbidden(
            "expected an address that begins with http:// or https://, found a file of this machine "
            "outside the folders that may be read; name it in a catalogue file for the command line"
        )
    return path


def _path_of(source: str) -> str:
    if source.startswith("/"):
        return source
    parts = urlsplit(source)
    path = url2pathname(parts.path)
    if parts.netloc not in ("", "localhost") or not path.startswith("/"):
        raise BadAddress(f"expected file:///absolute/path, found {source[:80]!r}")
    return path
