"""Runs a program beside the server, at low priority, whenever what it learned no longer fits."""

import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog

CHECK_INTERVAL_S = 60.0
NICENESS = 15

_log = structlog.get_logger(__name__)


class Learner:
    """Starts a command when it is due, one at a time; a failure is logged and nobody waits for it."""

    def __init__(
        self, is_due: Callable[[], bool], command: Sequence[str], interval_s: float = CHECK_INTERVAL_S
    ) -> None:
        self._is_due = is_due
        self._interval_s = interval_s
        self._command = command
        self._stop = threading.Event()
        self._starting = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None

    def follow(self) -> None:
        """Look again and again whether it is due, until told to stop."""
        while True:
            try:
                if self._is_due():
                    self._run()
            except Exception:  # noqa: BLE001 - nobody waits for it, and the next turn may go better
                _log.warning("learning_failed", exc_info=True)
            if self._stop.wait(self._interval_s):
                return

    def stop(self) -> None:
        """End the command that runs, and begin no other."""
        with self._starting:
            self._stop.set()
            if self._running:
                self._running.terminate()

    def _run(self) -> None:
        with self._starting:
            if self._stop.is_set():
                return
            self._running = process = subprocess.Popen(  # noqa: S603 (our own program)
                ["nice", "-n", str(NICENESS), *self._command],  # noqa: S607 (where the system has it)
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        _, said = process.communicate()
        if process.returncode and not self._stop.is_set():
            _log.warning(
                "learning_failed", code=process.returncode, said=said.decode(errors="replace")[-500:]
            )


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
