"""What a job was asked, how far it is and what failed: files in its folder, which outlive every process."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from visualsearch.domain import Failure, ProductId
from visualsearch.errors import Corrupt, VisualsearchError
from visualsearch.store.whole import write_whole

ASKED, PROGRESS, FAILURES, REPORT = "asked.json", "progress.json", "failures.jsonl", "report.json"
CANCELLED = "cancelled"
"""Is there once somebody told the job to end."""
PHOTOS = "photos"
MOST_FAILURES = 10_000
"""Failures that are written down of one job; the others are counted."""
WRITE_INTERVAL_S = 0.25

Kind = Literal["index", "retry", "evaluate"]
End = Literal["", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Side:
    """What is measured: the search as the shop has it, but for what is said here."""

    model: str | None = None
    """The name of an installed model, whose vectors alone are compared."""
    evidence: bool = True
    """Whether print and colours are weighed."""
    detect: bool = True
    """Whether products are found in the photo first."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What an evaluation shall ask."""

    products: int
    """Of how many products photos are made."""
    sides: tuple[Side, ...]
    """One, or two to be compared."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a job is to do."""

    kind: Kind
    created_s: float
    """Seconds since 1970."""
    name: str = ""
    """What the caller calls it: shown, and used for nothing else."""
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is."""

    stage: str = "starting"
    fraction: float = 0.0
    """Of the stage, 0 to 1."""
    seconds: float = 0.0
    """Since this run began."""
    left_s: float | None = None
    """Seconds until the stage ends, if it goes on as it went; None where that cannot be told."""
    rate_per_s: float | None = None
    """Pictures looked at in a second of the stage."""
    counts: Mapping[str, int] = field(default_factory=dict)
    end: End = ""
    message: str = ""
    """What it came to, in words."""


@dataclass(frozen=True, slots=True)
class JobFailure:
    """One thing that could not be done."""

    product: str
    """Empty for a line that could not be read."""
    subject: str
    code: str
    message: str


Written = TypeVar("Written")
_ASKED, _PROGRESS, _FAILURE = TypeAdapter(Asked), TypeAdapter(Progress), TypeAdapter(JobFailure)


def write_asked(folder: Path, asked: Asked) -> None:
    """Write what a job is to do; raises StorageFull."""
    write_whole(folder / ASKED, _ASKED.dump_json(asked))


def read_asked(folder: Path) -> Asked:
    """Read what a job is to do; raises Corrupt."""
    return _read(_ASKED, folder / ASKED)


def read_progress(folder: Path) -> Progress:
    """Read how far a job is; the beginning where it has told nothing yet."""
    path = folder / PROGRESS
    return _read(_PROGRESS, path) if path.exists() else Progress()


def read_failures(folder: Path, start: int, limit: int) -> list[JobFailure]:
    """Read some of the failures that were written down, in the order in which they came."""
    path = folder / FAILURES
    if not path.exists():
        return []
    with path.open("rb") as lines:
        # The last line may be half written just now.
        whole = (line for line in islice(lines, start, start + limit) if line.endswith(b"\n"))
        return [_FAILURE.validate_json(line) for line in whole]


class Journal:
    """Tells how far the job of this process is; what is told too often is not written each time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started = self._stage_started = self._written = time.monotonic()
        self._stage = ""
        self._failures = 0
        self._file = (folder / FAILURES).open("wb")
        self._counts: Mapping[str, int] = {}

    def tell(
        self, stage: str, fraction: float, counts: Mapping[str, int] | None = None, looked: int | None = None
    ) -> None:
        """Tell how far a stage is; ``looked`` pictures make its rate.

        Raises KeyboardInterrupt once somebody told the job to end.
        """
        if (self._folder / CANCELLED).exists():
            raise KeyboardInterrupt
        now = time.monotonic()
        begins = stage != self._stage
        if begins:
            self._stage, self._stage_started = stage, now
        self._counts = self._counts if counts is None else counts
        if not begins and now - self._written < WRITE_INTERVAL_S:
            return
        self._written = now
        spent = now - self._stage_started
        self._write(
            Progress(
                stage,
                fraction,
                now - self._started,
                spent / fraction - spent if 0 < fraction <= 1 else None,
                None if looked is None else looked / max(spent, 1e-3),
                self._counts,
            )
        )

    def fail(self, product: ProductId | None, failure: Failure) -> None:
        """Write a failure down."""
        self._failures += 1
        if self._failures > MOST_FAILURES:
            return
        one = JobFailure(product or "", failure.subject, failure.code, failure.message)
        # One write for each line: whoever reads meanwhile sees whole lines, or the beginning of the last.
        self._file.write(_FAILURE.dump_json(one) + b"\n")
        self._file.flush()

    def end(self, end: End, message: str) -> None:
        """Tell how it ended."""
        seconds = time.monotonic() - self._started
        last = read_progress(self._folder)
        self._write(Progress(last.stage, 1.0, seconds, None, last.rate_per_s, self._counts, end, message))

    def close(self) -> None:
        """Close the file of failures."""
        self._file.close()

    def _write(self, progress: Progress) -> None:
        path = self._folder / PROGRESS
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        # Not fsynced: after a power cut the job is interrupted anyway.
        draft.write_bytes(_PROGRESS.dump_json(progress))
        draft.replace(path)


@contextmanager
def keeping(folder: Path) -> Iterator[Journal]:
    """Keep the journal of a job, and write down what ends it early; an interrupt is no end."""
    journal = Journal(folder)
    try:
        yield journal
    except VisualsearchError as error:
        journal.end("failed", error.message)
        raise
    except Exception as error:
        journal.end("failed", f"expected to end, found an error of ours: {error!r}; see the job's log")
        raise
    finally:
        journal.close()


def _read(kind: TypeAdapter[Written], path: Path) -> Written:
    try:
        return kind.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise Corrupt(f"expected what a job wrote at {path}, found: {error}; remove its folder") from error
