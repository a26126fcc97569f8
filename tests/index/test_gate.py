"""Readers together, a writer alone."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from visualsearch.index.gate import Gate

LONG_S = 30


def test_readers_are_inside_together() -> None:
    gate, inside = Gate(), threading.Barrier(3, timeout=LONG_S)

    def read() -> None:
        with gate.reading():
            inside.wait()

    with ThreadPoolExecutor(3) as pool:
        for reader in [pool.submit(read) for _ in range(3)]:
            reader.result()


def test_a_writer_is_inside_alone() -> None:
    gate, state = Gate(), {"readers": 0, "writers": 0}
    wrong: list[dict[str, int]] = []

    def read() -> None:
        for _ in range(300):
            with gate.reading():
                if state["writers"]:
                    wrong.append(dict(state))

    def write() -> None:
        for _ in range(300):
            with gate.writing():
                state["writers"] += 1
                if state["writers"] != 1:
                    wrong.append(dict(state))
                state["writers"] -= 1

    with ThreadPoolExecutor(4) as pool:
        for task in [pool.submit(work) for work in (read, write, read, write)]:
            task.result(LONG_S)
    assert wrong == []


def test_a_waiting_writer_goes_before_readers_that_come_later() -> None:
    gate, order = Gate(), list[str]()
    with ThreadPoolExecutor(2) as pool:
        with gate.reading():
            writer = pool.submit(lambda: _enter(gate.writing(), order, "writer"))
            _wait_for_writer(gate)
            reader = pool.submit(lambda: _enter(gate.reading(), order, "reader"))
        writer.result(LONG_S)
        reader.result(LONG_S)
    assert order == ["writer", "reader"]


@pytest.mark.parametrize("kind", ["reading", "writing"])
def test_the_gate_opens_again_after_an_error_inside(kind: str) -> None:
    gate = Gate()
    with pytest.raises(KeyError), getattr(gate, kind)():
        raise KeyError
    with gate.writing():
        pass


def _enter(passage: object, order: list[str], name: str) -> None:
    with passage:  # type: ignore[attr-defined]
        order.append(name)


def _wait_for_writer(gate: Gate) -> None:
    with gate._condition:
        gate._condition.wait_for(lambda: gate._writers_waiting == 1, timeout=LONG_S)
