"""One line of progress with rate and time left."""

import sys
import time


class Progress:
    """Counts pictures and prints how fast they come."""

    def __init__(self, total: int) -> None:
        """Start the clock for a number of pictures."""
        self.total, self.done, self.start = total, 0, time.monotonic()

    def __call__(self, name: str) -> None:
        """Count one picture."""
        self.done += 1
        each = (time.monotonic() - self.start) / self.done
        left = (self.total - self.done) * each
        print(
            f"{self.done}/{self.total}  {each:.2f} s each  {left / 60:.1f} min left  {name}",
            file=sys.stderr,
            flush=True,
        )
