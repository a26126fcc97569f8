"""Shows how a long job goes: a moving bar for people, a line now and then for log files."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from visualsearch.cli.console import errors

LINE_INTERVAL_S = 10.0

Show = Callable[[float, str], None]
"""Takes the fraction that is done, 0 to 1, and what there is to say."""


@contextmanager
def progress(job: str) -> Iterator[Show]:
    """Show the progress of a job on the error stream."""
    if errors.is_terminal:
        with Progress(
            TextColumn(job),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("{task.fields[words]}"),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=errors,
        ) as display:
            task = display.add_task(job, total=1.0, words="")
            yield lambda fraction, words: display.update(task, completed=fraction, words=words)
    else:
        yield _line_by_line(job)


def _line_by_line(job: str) -> Show:
    started = last = time.monotonic()

    def show(fraction: float, words: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < LINE_INTERVAL_S:
            return
        last = now
        left = timedelta(seconds=round((now - started) / fraction - (now - started))) if fraction else "?"
        errors.print(f"{job} {fraction:.0%}, {words}, {left} left", highlight=False)

    return show
