"""Shards on a real Ray cluster, whose workers are killed."""

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from visualsearch.errors import Unavailable, WeightsMismatch
from visualsearch.ingest.ray_runner import RETRIES, RayRunner

pytestmark = pytest.mark.xdist_group("ray")


@pytest.fixture(scope="module")
def runner(ray_address: str) -> Iterator[RayRunner]:
    with RayRunner(ray_address) as runner:
        yield runner


def die_at_seven(begun: Path, deaths: int, number: int) -> int:
    """Note that a shard was begun, and die of number seven as a machine does that goes away."""
    with (begun / str(number)).open("a") as times:
        times.write("begun\n")
    if number == 7 and len((begun / "7").read_text().splitlines()) <= deaths:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def refuse(_: int) -> int:
    raise WeightsMismatch("expected a model, found another")


def test_a_shard_whose_worker_was_killed_is_done_again_and_given_once(
    runner: RayRunner, tmp_path: Path
) -> None:
    results = list(runner.run(range(20), partial(die_at_seven, tmp_path, 1)))

    assert results == [number * number for number in range(20)]
    assert len((tmp_path / "7").read_text().splitlines()) == 2


def test_a_shard_that_every_worker_dies_of_ends_the_run_and_what_came_before_was_given(
    runner: RayRunner, tmp_path: Path
) -> None:
    results = runner.run(range(20), partial(die_at_seven, tmp_path, 1 + RETRIES))

    assert [next(results) for _ in range(7)] == [number * number for number in range(7)]
    with pytest.raises(Unavailable, match=r"within 4 tries.*run again"):
        next(results)
    assert len((tmp_path / "7").read_text().splitlines()) == 1 + RETRIES


def test_an_error_of_ours_comes_back_as_it_was_raised(runner: RayRunner) -> None:
    with pytest.raises(WeightsMismatch, match="expected a model, found another"):
        next(runner.run(range(3), refuse))


def test_work_is_opened_once_by_each_process(runner: RayRunner) -> None:
    def tell(_: int, opened: list[int] = []) -> tuple[int, int]:  # noqa: B006 (kept from call to call)
        opened.append(1)
        return os.getpid(), len(opened)

    told = list(runner.run(range(12), tell))

    processes = {process for process, _ in told}
    assert os.getpid() not in processes
    assert sum(max(count for one, count in told if one == process) for process in processes) == 12


def test_where_there_is_no_cluster_it_says_so_at_once() -> None:
    with pytest.raises(Unavailable, match=r"a Ray cluster at 127\.0\.0\.1:9, found.*ingest\.ray"):
        RayRunner("127.0.0.1:9").__enter__()
