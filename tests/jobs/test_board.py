"""Jobs of real processes: one at a time, told of truthfully whatever becomes of them."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from visualsearch.errors import BadInput, Busy, NotFound
from visualsearch.jobs.board import MOST_KEPT, Board, Job
from visualsearch.jobs.journal import Asked, JobFailure

WORK = """
import sys, time
from pathlib import Path
from visualsearch.domain import Failure, ProductId
from visualsearch.errors import BadCatalogue
from visualsearch.jobs.journal import keeping, read_asked

folder = Path(sys.argv[1])
asked = read_asked(folder)
with keeping(folder) as journal:
    if asked.name == "crash":
        raise ZeroDivisionError("a slip")
    if asked.name == "refuse":
        raise BadCatalogue("expected a catalogue, found none")
    journal.tell("indexing", 0.5, {"stored": 3}, 3)
    journal.fail(ProductId("p1"), Failure("not-a-picture", "expected a picture, found text", "a.jpg"))
    journal.fail(None, Failure("bad-line", "expected an id", "x.csv:3"))
    if asked.name == "slow" and not (folder / "again").exists():
        (folder / "again").touch()
        for _ in range(600):
            journal.tell("indexing", 0.5, {"stored": 3}, 3)
            time.sleep(0.1)
    journal.end("done", "3 products stored")
"""


@pytest.fixture
def make_board(tmp_path: Path) -> Iterator[Callable[[], Board]]:
    boards: list[Board] = []

    def make() -> Board:
        boards.append(Board(tmp_path / "jobs", [sys.executable, "-c", WORK], niceness=0))
        return boards[-1]

    yield make
    for board in boards:
        board.stop()


def start(board: Board, name: str = "") -> Job:
    with board.draft() as folder:
        return board.start(folder, Asked("index", time.time(), name))


def wait(board: Board, job: Job, until: Callable[[Job], bool]) -> Job:
    deadline = time.monotonic() + 240
    while not until(job := board.read(job.id)):
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
    return job


def has_ended(job: Job) -> bool:
    return job.state != "running"


def is_at_work(job: Job) -> bool:
    return job.progress.stage == "indexing"


def test_a_job_tells_how_far_it_is_what_failed_and_what_it_came_to(make_board: Callable[[], Board]) -> None:
    board = make_board()

    begun = start(board, "x.csv")
    done = wait(board, begun, has_ended)

    assert begun.state == "running"
    assert (done.state, done.progress.message, done.progress.counts) == (
        "done",
        "3 products stored",
        {"stored": 3},
    )
    assert board.failures(done.id, 0, 10) == [
        JobFailure("p1", "a.jpg", "not-a-picture", "expected a picture, found text"),
        JobFailure("", "x.csv:3", "bad-line", "expected an id"),
    ]
    assert board.failures(done.id, 1, 10)[0].code == "bad-line"
    with pytest.raises(BadInput, match="start another"):
        board.resume(done.id)


@pytest.mark.parametrize(("name", "said"), [("refuse", "found none"), ("crash", "a slip")])
def test_a_job_that_fails_says_why(make_board: Callable[[], Board], name: str, said: str) -> None:
    board = make_board()

    failed = wait(board, start(board, name), has_ended)

    assert failed.state == "failed"
    assert said in failed.progress.message


def test_one_runs_at_a_time_whichever_server_starts_it(
    make_board: Callable[[], Board], tmp_path: Path
) -> None:
    one, other = make_board(), make_board()
    job = start(one, "slow")

    for board in (one, other):
        with pytest.raises(Busy, match="cancel it"):
            start(board)
        with pytest.raises(Busy):
            board.remove(job.id)
    assert [entry.name for entry in (tmp_path / "jobs").iterdir() if entry.is_dir()] == [job.id]

    wait(other, job, is_at_work)
    assert other.cancel(job.id).state == "cancelled"
    assert wait(one, start(one), has_ended).state == "done"


def test_a_job_that_was_stopped_goes_on_where_it_was(make_board: Callable[[], Board]) -> None:
    board = make_board()
    job = wait(board, start(board, "slow"), is_at_work)

    board.stop()
    stopped = make_board().read(job.id)
    board.resume(job.id)

    assert stopped.state == "interrupted"
    assert wait(board, job, has_ended).state == "done"


def test_a_job_that_was_killed_is_not_told_as_running(make_board: Callable[[], Board]) -> None:
    board = make_board()
    job = wait(board, start(board, "slow"), is_at_work)
    assert board._process is not None

    os.kill(board._process.pid, signal.SIGKILL)

    assert wait(board, job, has_ended).state == "interrupted"
    assert wait(board, board.resume(job.id), has_ended).state == "done"


def test_the_oldest_go_and_what_was_never_started_leaves_nothing(
    make_board: Callable[[], Board], tmp_path: Path
) -> None:
    board = make_board()
    for number in range(MOST_KEPT + 3):
        folder = tmp_path / "jobs" / f"20200101-0000{number:02}-00000000"
        folder.mkdir(parents=True)
        (folder / "asked.json").write_text('{"kind": "index", "created_s": 0}')
    abandoned = tmp_path / "jobs" / "20190101-000000-00000000"
    abandoned.mkdir()
    os.utime(abandoned, (0, 0))
    with pytest.raises(ZeroDivisionError), board.draft():
        raise ZeroDivisionError

    job = wait(board, start(board), has_ended)

    kept = board.jobs()
    assert kept[0] == job
    assert len(kept) == MOST_KEPT
    assert not abandoned.exists()
    board.remove(job.id)
    assert job.id not in {one.id for one in board.jobs()}


def test_only_the_id_of_a_job_leads_to_one(make_board: Callable[[], Board]) -> None:
    board = make_board()
    wait(board, start(board), has_ended)

    for name in ["", "..", "../..", "lock", "no-such"]:
        with pytest.raises(NotFound):
            board.read(name)
        with pytest.raises(NotFound):
            board.remove(name)
