"""CSV, TSV and their kin -> records, also around lines that are broken."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Self

from visualsearch.catalogue.lines import MAX_LINE_BYTES, Line, Progress, read_lines
from visualsearch.catalogue.records import Record
from visualsearch.domain import Failure
from visualsearch.errors import BadCatalogue, BadLine

MAX_RECORD_LINES = 1_000
"""Of one row whose quoted fields have line ends."""

DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}


def read_delimited(
    path: Path, progress: Progress | None = None, *, delimiter: str
) -> Iterator[Record | Failure]:
    """Read the rows under the header; a row with too many or too few fields is a failure.

    A quote that is not closed spoils only its own line: the lines after it are read again without it.
    Bytes are UTF-8, else Windows-1252, decided line by line.
    """
    feed = _Feed(read_lines([path], progress))
    header: list[str] = []
    for row in _split_rows(feed, delimiter):
        if isinstance(row, Failure):
            yield row
        elif not header:
            header = name_columns(row)
        elif len(row) == len(header):
            yield Record(feed.taken[0].subject, dict(zip(header, row, strict=True)))
        else:
            feed.take_back()
            yield Failure(
                BadLine.code,
                f"expected {len(header)} fields as in the header, found {len(row)}; "
                f"put quotes around fields that have {DELIMITERS[delimiter]} or quotes in them",
                feed.taken[0].subject,
            )


def read_head(path: Path, count: int = 200) -> list[Line]:
    """Read the first lines."""
    return [line for line in islice(read_lines([path]), count) if isinstance(line, Line)]


def guess_delimiter(path: Path) -> str:
    """Choose the delimiter that parts the first rows most often into as many fields as the header has."""
    head = read_head(path)

    def rate(delimiter: str) -> tuple[bool, float, int]:
        rows = [row for row in _split_rows(_Feed(iter(head)), delimiter) if not isinstance(row, Failure)]
        width = len(rows[0]) if rows else 0
        return width > 1, sum(len(row) == width for row in rows) / max(1, len(rows)), width

    return max(DELIMITERS, key=rate)


def read_header(path: Path, delimiter: str) -> list[str]:
    """Read the names of the columns; raises BadCatalogue where the first row is none."""
    for row in _split_rows(_Feed(read_lines([path])), delimiter):
        if isinstance(row, Failure):
            raise BadCatalogue(f"expected a row of column names in {row.subject}; {row.message}")
        return name_columns(row)
    raise BadCatalogue(f"expected a row of column names in {path}, found an empty file; write one")


def name_columns(header: Sequence[str]) -> list[str]:
    """Name each column, and each differently."""
    names: list[str] = []
    for number, told in enumerate(header, 1):
        name = told.strip() or f"column {number}"
        names.append(name if name not in names else f"{name} {number}")
    return names


class _Feed:
    """Lines for csv.reader, which can be taken back when the row that they made is none."""

    def __init__(self, lines: Iterator[Line | Failure]) -> None:
        self.taken: list[Line | Failure] = []
        """The lines of the present row."""
        self._size_bytes = 0
        self._lines = lines
        self._waiting: deque[Line | Failure] = deque()
        self._credit = 100 * MAX_RECORD_LINES
        """How many more lines may be read again: about ten for each that was read."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MAX_RECORD_LINES or self._size_bytes > MAX_LINE_BYTES:
            raise BadLine(f"a quote is not closed within {len(self.taken)} lines")
        line = self._waiting.popleft() if self._waiting else self._read()
        self.taken.append(line)
        if isinstance(line, Failure):
            raise BadLine(line.message)
        self._size_bytes += len(line.content)
        return _decode(line.content)

    def start_row(self) -> None:
        """Forget the lines of the row before."""
        self.taken.clear()
        self._size_bytes = 0

    def take_back(self) -> None:
        """Let all lines but the first be read again, as long as that does not happen to most of the file."""
        if self._credit > 0:
            self._credit -= len(self.taken) - 1
            self._waiting.extendleft(reversed(self.taken[1:]))

    def _read(self) -> Line | Failure:
        self._credit += 10
        return next(self._lines)


def _split_rows(feed: _Feed, delimiter: str) -> Iterator[list[str] | Failure]:
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.start_row()
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, BadLine) as error:
            feed.take_back()
            yield Failure(
                BadLine.code,
                f"expected a row of fields, found one that cannot be read ({error}); check its quotes",
                feed.taken[0].subject,
            )
        else:
            if row:
                yield row


def _decode(content: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadLine("expected UTF-8 or Windows-1252, found bytes that are neither; save the file as UTF-8")
