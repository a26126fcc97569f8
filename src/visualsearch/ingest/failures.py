"""Writes failures.csv: everything of a shop's catalogue that could not be read or had."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from visualsearch.domain import Failure, ProductId
from visualsearch.errors import StorageFull

COLUMNS = ("product", "subject", "code", "message")


class FailureReport:
    """Collects failures beside the file and takes the file's place in one step at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._draft = path.with_name(f".{path.name}.{os.getpid()}")
        self._file = self._draft.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)

    def add(self, failures: Iterable[tuple[ProductId | None, Failure]]) -> None:
        """Write failures, each with the product it belongs to if it belongs to one."""
        try:
            for product, failure in failures:
                row = (product or "", failure.subject, failure.code, failure.message)
                self._writer.writerow([_harmless(text) for text in row])
                self.count += 1
        except OSError as error:
            raise StorageFull(f"{self.path} cannot be written: {error}. Make room and run again.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        # An interrupted run reports too: what it met is true.
        self._file.close()
        self._draft.replace(self.path)


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a foreign text for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
