"""What every Runner promises."""

import threading
from collections.abc import Callable, Iterator

import pytest

from visualsearch.ingest.local_runner import LocalRunner
from visualsearch.ingest.ray_runner import RayRunner
from visualsearch.ports import Runner

Start = Callable[[pytest.FixtureRequest], Runner]
RUNNERS: dict[str, Start] = {
    "local, one worker": lambda _: LocalRunner(1),
    "local, four workers": lambda _: LocalRunner(4),
    "ray": lambda request: RayRunner(request.getfixturevalue("ray_address")),
}
NEEDED = {"ray": [pytest.mark.xdist_group("ray")]}


@pytest.fixture(
    scope="module",
    params=[pytest.param(start, id=name, marks=NEEDED.get(name, [])) for name, start in RUNNERS.items()],
)
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    start: Start = request.param
    with start(request) as runner:
        yield runner


def square(number: int) -> int:
    return number * number


def fail_at_seven(number: int) -> int:
    if number == 7:
        raise ValueError("seven")
    return number


def test_every_shard_is_done_once_and_results_keep_the_order(runner: Runner) -> None:
    assert list(runner.run(range(50), square)) == [number * number for number in range(50)]


def test_no_shards_give_no_results(runner: Runner) -> None:
    assert list(runner.run([], square)) == []


def test_results_before_a_failed_shard_are_given_and_its_error_is_raised(runner: Runner) -> None:
    results = runner.run(range(20), fail_at_seven)

    assert [next(results) for _ in range(7)] == list(range(7))
    with pytest.raises(ValueError, match="seven"):
        next(results)


def test_shards_are_read_only_as_far_as_workers_need_them(runner: Runner) -> None:
    read: list[int] = []

    def shards() -> Iterator[int]:
        for number in range(1000):
            read.append(number)
            yield number

    next(runner.run(shards(), square))

    assert len(read) < 20


def test_local_workers_work_at_the_same_time() -> None:
    together = threading.Barrier(3, timeout=30)

    with LocalRunner(3) as runner:
        # Each waits for the two others: one after another they would wait for ever.
        assert sorted(runner.run(range(3), lambda _: together.wait())) == [0, 1, 2]
