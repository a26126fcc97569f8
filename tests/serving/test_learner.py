"""The learner with real processes."""

import sys
from pathlib import Path

from visualsearch.serving.learner import Learner, learning

APPEND = "import sys; open(sys.argv[1], 'a').write('learned')"
SLEEP = "import sys, time, pathlib; pathlib.Path(sys.argv[1]).write_text('begun'); time.sleep(600)"


def follow(code: str, *arguments: str) -> int:
    """Let a learner find a command due twice, and count how often it asked."""
    asked = 0

    def is_due() -> bool:
        nonlocal asked
        asked += 1
        if asked == 3:
            learner.stop()
        return asked < 3

    learner = Learner(is_due, [sys.executable, "-c", code, *arguments], interval_s=0)
    learner.follow()
    return asked


def test_a_command_is_run_whenever_it_is_due(tmp_path: Path) -> None:
    assert follow(APPEND, str(tmp_path / "out")) == 3
    assert (tmp_path / "out").read_text() == "learned" * 2


def test_a_command_that_fails_ends_nothing() -> None:
    assert follow("raise SystemExit(3)") == 3


def test_a_command_is_ended_with_the_server(tmp_path: Path) -> None:
    learner = Learner(lambda: True, [sys.executable, "-c", SLEEP, str(tmp_path / "out")])
    with learning(learner):
        while not (tmp_path / "out").exists():
            pass
