"""Starts, stops and lists the jobs of a shop, in this process or another: one runs at a time."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Literal

from visualsearch.errors import BadInput, Busy, NotFound, StorageFull
from visualsearch.jobs.journal import (
    ASKED,
    CANCELLED,
    PHOTOS,
    PROGRESS,
    REPORT,
    Asked,
    JobFailure,
    Progress,
    read_asked,
    read_failures,
    read_progress,
    write_asked,
)

LOCK, LOG = "lock", "log.txt"
ENDING_S = 10.0
"""Seconds that a job has to end when it is told to, before it is killed."""
LOOK_S = 0.05
"""Between two looks whether a job has ended."""
MOST_KEPT = 30
"""Jobs that are kept; the oldest that have ended go."""
STALE_S = 86_400.0
"""A folder this old that no job was made of is what a server left that died."""

State = Literal["running", "done", "failed", "cancelled", "interrupted"]
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Job:
    """One job as it is just now."""

    id: str
    asked: Asked
    progress: Progress
    state: State
    """Interrupted is one whose process has gone without an end; it can be resumed."""


class Board:
    """The jobs of one folder.

    A lock that the job's process holds tells whether it lives, whichever process started it: the system
    lets go of it however the process ends, and no number of a process is taken for another's.
    """

    def __init__(self, folder: Path, command: Sequence[str], niceness: int) -> None:
        """``command`` does the job whose folder is added to it."""
        self._niceness = niceness
        self._folder = folder
        self._command = command
        self._changing = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """Give a new folder to put a job's input into; it goes where the block fails.

        Raises StorageFull.
        """
        folder = self._folder / f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{token_hex(4)}"
        try:
            folder.mkdir(parents=True)
            yield folder
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise _full(folder, error) from error
            raise

    def check_idle(self) -> None:
        """Raise Busy while a job runs: what would be sent in vain need not be sent."""
        if self._running():
            raise _busy()

    def start(self, folder: Path, asked: Asked) -> Job:
        """Start the job of a drafted folder; raises Busy while another runs."""
        with self._alone() as lock:
            with _translated(folder):
                write_asked(folder, asked)
            self._prune()
            self._spawn(folder, lock)
        return self.read(folder.name)

    def resume(self, job: str) -> Job:
        """Run a job again that has not done all; raises NotFound, BadInput, and Busy while one runs."""
        folder = self._find(job)
        if self.read(job).state == "done":
            raise BadInput("expected a job that has not done all, found one that has; start another")
        with self._alone() as lock:
            (folder / CANCELLED).unlink(missing_ok=True)
            (folder / PROGRESS).unlink(missing_ok=True)
            self._spawn(folder, lock)
        return self.read(job)

    def cancel(self, job: str) -> Job:
        """Tell a job to end, and wait until it has; raises NotFound. What it stored stays.

        One that another server started reads of it when it next tells how far it is.
        """
        folder = self._find(job)
        if self._running() == job:
            (folder / CANCELLED).touch()
            self._end(job)
        return self.read(job)

    def remove(self, job: str) -> None:
        """Forget a job that does not run, with its files; raises NotFound, and Busy while it runs."""
        folder = self._find(job)
        if self._running() == job:
            raise Busy("expected a job that has ended, found one that runs; cancel it first")
        shutil.rmtree(folder, ignore_errors=True)

    def jobs(self) -> list[Job]:
        """List all jobs, the newest first."""
        running = self._running()
        return [_job(folder, running) for folder in self._folders()]

    def read(self, job: str) -> Job:
        """Tell how a job is; raises NotFound."""
        return _job(self._find(job), self._running())

    def failures(self, job: str, start: int, limit: int) -> list[JobFailure]:
        """Read some of what a job could not do; raises NotFound."""
        return read_failures(self._find(job), start, limit)

    def report(self, job: str) -> bytes:
        """Read what an evaluation found, as JSON; raises NotFound."""
        path = self._find(job) / REPORT
        if not path.is_file():
            raise NotFound("expected an evaluation that is done, found a job without a report; wait for it")
        return path.read_bytes()

    def photo(self, job: str, number: int) -> Path:
        """Find a photo that an evaluation asked by; raises NotFound."""
        path = self._find(job) / PHOTOS / f"{number:05}.jpg"
        if not path.is_file():
            raise NotFound(f"expected the number of a photo of this evaluation, found {number}")
        return path

    def stop(self) -> None:
        """End the job that this process started, as an interrupt does: it can be resumed."""
        process = self._process
        if process is not None and process.poll() is None:
            self._end(self._running())
            process.wait()

    def _spawn(self, folder: Path, lock: int) -> None:
        with _translated(folder), (folder / LOG).open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 (our own program)
                ["nice", "-n", str(self._niceness), *self._command, str(folder)],  # noqa: S607 (the system's)
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(lock,),
                start_new_session=True,  # what is typed at the server's terminal is not for the job
            )
            os.pwrite(lock, folder.name.encode(), 0)

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """Take the lock that the job's process goes on to hold; raises Busy."""
        with self._changing:
            with _translated(self._folder):
                self._folder.mkdir(parents=True, exist_ok=True)
                lock = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                # Whoever looks at it just now has it for a moment.
                is_alone = False
                for _ in range(3):
                    if is_alone := _lock(lock, fcntl.LOCK_EX):
                        break
                    time.sleep(LOOK_S)
                if not is_alone:
                    raise _busy()
                os.ftruncate(lock, 0)
                self._reap()
                yield lock
            finally:
                os.close(lock)

    def _running(self) -> str:
        """Name the job that runs; empty where none does, or one is just being started."""
        with self._changing:
            self._reap()
            try:
                lock = os.open(self._folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return ""
            try:
                # Shared, so that two who look at once do not take each other for a job.
                return "" if _lock(lock, fcntl.LOCK_SH) else os.pread(lock, 100, 0).decode()
            finally:
                os.close(lock)

    def _reap(self) -> None:
        """Let a process that has ended leave the system's table."""
        if self._process is not None:
            self._process.poll()

    def _end(self, job: str) -> None:
        """Wait until a job has ended; one of ours is interrupted, and killed if that does not end it.

        The number of another server's process means nothing here: it may run in another container.
        """
        for kind in (signal.SIGINT, signal.SIGKILL):
            if self._process is not None and self._process.poll() is None:
                self._process.send_signal(kind)
            until = time.monotonic() + ENDING_S
            while time.monotonic() < until:
                if self._running() != job:
                    return
                time.sleep(LOOK_S)

    def _folders(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        folders = (one for one in self._folder.iterdir() if _ID.fullmatch(one.name))
        return sorted((one for one in folders if (one / ASKED).is_file()), reverse=True)

    def _find(self, job: str) -> Path:
        """Find a job's folder among those there are: what was asked for never becomes a path."""
        folder = next((one for one in self._folders() if one.name == job), None)
        if folder is None:
            raise NotFound(f"expected the id of a job, found {job[:80]!r}; see /v1/admin/jobs")
        return folder

    def _prune(self) -> None:
        for folder in self._folders()[MOST_KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)
        for folder in self._folder.iterdir():
            if _ID.fullmatch(folder.name) and not (folder / ASKED).exists():
                with suppress(OSError):
                    if time.time() - folder.stat().st_mtime > STALE_S:
                        shutil.rmtree(folder, ignore_errors=True)


def _job(folder: Path, running: str) -> Job:
    asked = read_asked(folder)
    # Read before the end is: a job that ends meanwhile is told as running, and as ended the next time.
    progress = read_progress(folder)
    state: State
    if running == folder.name:
        state = "running"
        progress = replace(progress, end="")
    elif progress.end:
        state = progress.end
    else:
        state = "cancelled" if (folder / CANCELLED).exists() else "interrupted"
    return Job(folder.name, asked, progress, state)


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _busy() -> Busy:
    return Busy("expected no other job, found one that runs; wait for it, or cancel it")


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _full(folder, error) from error


def _full(folder: Path, error: OSError) -> StorageFull:
    return StorageFull(f"expected to write into {folder}, found: {error.strerror}; make room and try again")
