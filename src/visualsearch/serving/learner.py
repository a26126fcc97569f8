"""Runs a program beside the server, at low priority, whenever what it learned no longer fits."""

import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog

CHECK_INTERVAL_S = 60.0
NICENESS = 15

log = structlog.get_logger()


class Learner:
    """Starts a command when it is due, one at a time; a failure is logged and nobody waits for it."""

    def __init__(
        self, is_due: Callable[[], bool], command: Sequence[str], interval_s: float = CHECK_INTERVAL_S
    ) -> None:
        self._is_due = is_due
        self._interval_s = interval_s
        self._command = command
        self._stop = threading.Event()

    def follow(self) -> None:
        """Look again and again whether it is due, until told to stop."""
        while True:
            try:
                if self._is_due():
                    self._run()
            except Exception:  # Nobody waits for it: the next turn may go better.
                log.warning("learning failed", exc_info=True)
            if self._stop.wait(self._interval_s):
                return

    def stop(self) -> None:
        """End the command that runs, and begin no other."""
        self._stop.set()

    def _run(self) -> None:
        command = ["nice", "-n", str(NICENESS), *self._command]
        with subprocess.Popen(  # noqa: S603 (our own program)
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            waiter = threading.Thread(target=self._end_when_stopped, args=(process,), daemon=True)
            waiter.start()
            _, said = process.communicate()
        if process.returncode and not self._stop.is_set():
            log.warning("learning failed", code=process.returncode, said=said.decode(errors="replace")[-500:])

    def _end_when_stopped(self, process: "subprocess.Popen[bytes]") -> None:
        while process.poll() is None:
            if self._stop.wait(0.5):
                process.terminate()
                return


@contextmanager
def learning(learner: Learner) -> Iterator[None]:
    """Let a learner follow in a thread of its own."""
    thread = threading.Thread(target=learner.follow, name="learner", daemon=True)
    thread.start()
    try:
        yield
    finally:
        learner.stop()
        thread.join()
