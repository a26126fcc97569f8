"""Runs something in a thread of its own for the length of a block."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def running(work: Callable[[threading.Event], object], name: str) -> Iterator[None]:
    """Run ``work``, which ends when the event that it is given is set: the block waits for it then."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
