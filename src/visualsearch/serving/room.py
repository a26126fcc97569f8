"""How many may be in the house so that nobody waits too long, learnt from how long each answer took."""

GAIN = 1 / 8
"""What one answer counts against all before it."""
CROWD = 32
"""Fewer may all be in one batch: what they tell is how long a batch takes, not how many are answered."""
TELLING_SHARE = 1 / 4
"""Of the target: who waited less was not held up by others, and only shows that more could have come."""


class Room:
    """At most ``most``, and fewer where ``target_s`` would pass: not thread-safe, its queue keeps a lock.

    Who found themselves among n and waited for W seconds saw n/W answered a second, so n/W x target may wait
    (Little's law).
    """

    def __init__(self, most: int, target_s: float = float("inf")) -> None:
        self._most = most
        self._target_s = target_s
        self._limit = float(most)

    @property
    def limit(self) -> int:
        """How many may be in the house just now, at least one."""
        return max(1, round(self._limit))

    def learn(self, stay: tuple[int, float] | None) -> None:
        """Hear among how many one was let in, and after how many seconds it was answered; None is no news."""
        if stay is None:
            return
        among, took_s = stay
        could = min(self._most, among * self._target_s / max(took_s, 1e-6))
        if could > self._limit:
            self._limit += GAIN * (could - self._limit)
        elif took_s > TELLING_SHARE * self._target_s:
            weight = min(1.0, among / min(CROWD, self.limit)) ** 2
            self._limit += GAIN * weight * (could - self._limit)

    def full(self) -> str:
        """Say that there is no more room."""
        return f"expected fewer than {self.limit} searches at a time, found as many; try again soon"
