"""Few pieces of work at a time for one host, and no host waits for another's crowd."""

from collections import Counter
from concurrent.futures import CancelledError
from threading import Barrier, Event, Lock, Thread

import pytest

from visualsearch.pictures.host_pool import HostPool


def test_no_host_has_more_than_its_share_at_a_time() -> None:
    lock, running, most = Lock(), Counter[str](), Counter[str]()

    def work(host: str) -> str:
        with lock:
            running[host] += 1
            most[host] = max(most[host], running[host])
        together.wait(10)
        with lock:
            running[host] -= 1
        return host

    together = Barrier(4)  # passed only if two of each host run at the same time
    pool: HostPool[str] = HostPool(8, per_host=2)
    futures = [pool.submit(host, lambda host=host: work(host)) for host in ["a", "b"] * 10]  # type: ignore[misc]
    assert [future.result(30) for future in futures] == ["a", "b"] * 10
    assert most == {"a": 2, "b": 2}
    pool.close()


def test_hosts_take_turns() -> None:
    order, begin = list[str](), Event()
    pool: HostPool[object] = HostPool(1, per_host=1)
    first = pool.submit("first", lambda: begin.wait(10))
    futures = [
        pool.submit(host, lambda host=host: order.append(host))  # type: ignore[misc]
        for host in ["crowd"] * 5 + ["single"]
    ]
    begin.set()
    for future in [first, *futures]:
        future.result(10)
    assert order.index("single") == 1
    pool.close()


def test_an_error_reaches_who_waits_and_the_work_goes_on() -> None:
    pool: HostPool[int] = HostPool(1, per_host=1)
    broken = pool.submit("a", lambda: 1 // 0)
    whole = pool.submit("a", lambda: 7)
    with pytest.raises(ZeroDivisionError):
        broken.result(10)
    assert whole.result(10) == 7
    pool.close()


def test_closing_cancels_what_waits_and_lets_finish_what_runs() -> None:
    begun, finish = Event(), Event()

    def work() -> str:
        begun.set()
        finish.wait(10)
        return "done"

    pool: HostPool[str] = HostPool(1, per_host=1)
    running = pool.submit("a", work)
    waiting = [pool.submit(host, work) for host in "aab"]
    begun.wait(10)
    closing = Thread(target=pool.close)
    closing.start()
    for future in waiting:
        with pytest.raises(CancelledError):
            future.result(10)
    finish.set()
    closing.join(10)
    assert running.result(0) == "done"
