"""Whoever has a thing has it whole, though it is changed for another meanwhile."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from visualsearch.serving import swapped
from visualsearch.serving.swapped import Swapped, swapping

LONG_S = 60.0


class Thing:
    """Knows whether it is open."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.is_open = False

    @contextmanager
    def opening(self) -> Iterator["Thing"]:
        self.is_open = True
        yield self
        self.is_open = False


@contextmanager
def broken() -> Iterator[Thing]:
    raise OSError("no such file")
    yield


def test_what_is_lent_stays_open_until_it_is_given_back() -> None:
    old, new = Thing(1), Thing(2)
    with Swapped(old.opening()) as lender, ThreadPoolExecutor(1) as threads:
        with lender.lent() as mine:
            swap = threads.submit(lender.swap, new.opening())
            while present(lender) is old:
                pass
            assert present(lender) is new
            assert mine is old
            assert old.is_open
            assert not swap.done()
        swap.result(LONG_S)
        assert (old.is_open, new.is_open) == (False, True)
    assert not new.is_open


def test_what_cannot_be_opened_changes_nothing() -> None:
    old = Thing(1)
    with Swapped(old.opening()) as lender:
        with pytest.raises(OSError, match="no such file"):
            lender.swap(broken())
        assert present(lender) is old
        assert old.is_open


def test_nobody_who_uses_it_while_it_is_swapped_again_and_again_meets_one_that_is_closed() -> None:
    things = [Thing(number) for number in range(200)]
    is_over = threading.Event()

    def use(lender: Swapped[Thing]) -> list[int]:
        numbers = []
        while not is_over.is_set():
            with lender.lent() as thing:
                assert thing.is_open
                numbers.append(thing.number)
                assert thing.is_open
        return numbers

    with Swapped(things[0].opening()) as lender, ThreadPoolExecutor(4) as threads:
        users = [threads.submit(use, lender) for _ in range(4)]
        for thing in things[1:]:
            lender.swap(thing.opening())
            assert [one for one in things if one.is_open] == [thing]
        is_over.set()
        for user in users:
            numbers = user.result(LONG_S)
            assert numbers == sorted(numbers)


def test_another_is_swapped_in_by_itself_though_one_before_it_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swapped, "LOOK_INTERVAL_S", 0.001)
    new, was_swapped = Thing(2), threading.Event()
    others = iter([None, broken(), new.opening()])
    with Swapped(Thing(1).opening()) as lender:

        def another() -> object:
            if present(lender) is new:
                was_swapped.set()
            return next(others, None)

        with swapping(lender, another):  # type: ignore[arg-type]
            assert was_swapped.wait(LONG_S)


def present(lender: Swapped[Thing]) -> Thing:
    with lender.lent() as thing:
        return thing
