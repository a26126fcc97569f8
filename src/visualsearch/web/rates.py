"""How often each caller may ask: a bucket of tokens each, filled at a steady rate."""

import time
from collections import OrderedDict
from collections.abc import Callable

BURST_S = 2.0
"""Seconds' worth of requests that a caller may send at once."""
CALLERS = 10_000
"""Callers remembered; the one that was silent for longest is forgotten first, and starts anew."""


class Rates:
    """Lets each caller ask ``per_s`` times a second; used on one event loop."""

    def __init__(self, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s = per_s
        self._most = max(1.0, per_s * BURST_S)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, caller: str) -> float:
        """Take a token of a caller: 0, or how long to wait until there is one."""
        now = self._clock()
        tokens, at = self._buckets.pop(caller, (self._most, now))
        tokens = min(self._most, tokens + (now - at) * self._per_s)
        missing = max(0.0, 1 - tokens)
        self._buckets[caller] = (tokens if missing else tokens - 1), now
        if len(self._buckets) > CALLERS:
            self._buckets.popitem(last=False)
        return missing / self._per_s
