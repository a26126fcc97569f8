"""Files -> lines: plain or gzip, each of bounded length, with the share that was read."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from visualsearch.domain import Failure
from visualsearch.errors import BadCatalogue, BadLine

MAX_LINE_BYTES = 4 * 2**20

GZIP_MAGIC = b"\x1f\x8b"

Progress = Callable[[float], None]
"""Is told the share of the catalogue that was consumed, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, with its line ending."""

    subject: str
    """The file's name and the line's number, such as ``products.csv:17``."""
    content: bytes


def read_lines(paths: Sequence[Path], progress: Progress | None = None) -> Iterator[Line | Failure]:
    """Read the lines of one file after another; a line that is too long and a broken gzip are failures.

    The progress is the share of the bytes on disk, so it holds for compressed files as well.
    """
    sizes = [read_size(path) for path in paths]
    total, before = max(1, sum(sizes)), 0
    for path, size in zip(paths, sizes, strict=True):
        with ExitStack() as files:
            raw, stream = _open(path, files)
            for line in _number_lines(path, stream):
                if progress:
                    progress(min(1.0, (before + raw.tell()) / total))
                yield line
        before += size
    if progress:
        progress(1.0)


def is_gzip(path: Path) -> bool:
    """Tell by the first two bytes, not by the name."""
    return read_magic(path, 2) == GZIP_MAGIC


def read_magic(path: Path, count: int) -> bytes:
    """Read the first bytes of a file; raises BadCatalogue where there is no such file."""
    with _translate(path), path.open("rb") as file:
        return file.read(count)


def read_size(path: Path) -> int:
    """Read the size on disk in bytes; raises BadCatalogue where there is no such path."""
    with _translate(path):
        return path.stat().st_size


@contextmanager
def _translate(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadCatalogue(
            f"expected a readable file at {path}, found: {reason}; check its path and permissions"
        ) from error


def _open(path: Path, files: ExitStack) -> tuple[IO[bytes], io.BufferedReader]:
    """Open a file as it lies on disk, and what is in it."""
    gzipped = is_gzip(path)
    with _translate(path):
        raw = files.enter_context(path.open("rb", buffering=0))
    unpacked = files.enter_context(gzip.GzipFile(fileobj=raw)) if gzipped else raw
    return raw, io.BufferedReader(unpacked, 2**17)


def _number_lines(path: Path, stream: io.BufferedReader) -> Iterator[Line | Failure]:
    number = 0
    try:
        for number, content in enumerate(_split_lines(stream), 1):
            subject = f"{path.name}:{number}"
            if content is None:
                yield Failure(
                    BadLine.code,
                    f"expected a line of at most {MAX_LINE_BYTES} bytes, found a longer one; shorten it",
                    subject,
                )
            else:
                yield Line(subject, content.removeprefix(b"\xef\xbb\xbf") if number == 1 else content)
    except (EOFError, OSError, zlib.error) as error:
        yield Failure(
            BadLine.code,
            f"expected the file to go on, found that it cannot be read further ({error}); fetch it again",
            f"{path.name}:{number + 1}",
        )


def _split_lines(stream: io.BufferedReader) -> Iterator[bytes | None]:
    """Split at line feeds; None stands for a line that is too long."""
    while content := stream.readline(MAX_LINE_BYTES + 1):
        if len(content) <= MAX_LINE_BYTES:
            yield content
            continue
        while content and not content.endswith(b"\n"):
            content = stream.readline(MAX_LINE_BYTES)
        yield None
