"""Writes failures.csv: everything of a shop's catalogue that could not be read or had."""

import csv
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from visualsearch.domain import Failure, ProductId
from visualsearch.errors import StorageFull

COLUMNS = ("product", "subject", "code", "message")


class FailureReport:
    """Collects failures beside the file and takes the file's place in one step at the end.

    Raises StorageFull where there is no room, unless something else went wrong before.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f".{path.name}.{os.getpid()}")
        with _translated(path):
            self._file = self._draft.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)

    def add(self, failures: Iterable[tuple[ProductId | None, Failure]]) -> None:
        """Write failures, each with the product it belongs to if it belongs to one."""
        with _translated(self._path):
            for product, failure in failures:
                row = (product or "", failure.subject, failure.code, failure.message)
                self._writer.writerow([_harmless(text) for text in row])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        # An interrupted run reports too: what it met is true.
        try:
            with _translated(self._path):
                self._file.close()
                self._draft.replace(self._path)
        except StorageFull:
            self._draft.unlink(missing_ok=True)
            if kind is None:
                raise


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFull(
            f"Expected room for the report {path}, found: {error.strerror}. Make room and run again."
        ) from error


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a foreign text for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
