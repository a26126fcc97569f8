"""How many CPUs this process may really use: its affinity, bounded by its control group's quota."""

import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def usable_cpus(root: Path = Path("/"), *, affinity: int | None = None) -> int:
    """Count the CPUs that may be used at a time, at least 1.

    A container limited to 2 of a machine's 64 CPUs still sees 64; a pool of 64 threads there is throttled
    and slower than one of 2. Quotas are rounded up. ``root`` is where /proc and /sys are looked for.
    """
    cpus = _affinity() if affinity is None else affinity
    return max(1, min([cpus, *(math.ceil(quota) for quota in _quotas(root))]))


def _affinity() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quotas(root: Path) -> Iterator[float]:
    """Give the quota of each group that the process is in, in CPUs; any of them may be the tightest."""
    mounted = root / "sys/fs/cgroup"
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if not controllers:
            for group in _groups(mounted, path):
                yield from _quota(_text(group / "cpu.max").split())
        elif "cpu" in controllers.split(","):
            for group in (*_groups(mounted / controllers, path), *_groups(mounted / "cpu", path)):
                quota, period = _text(group / "cpu.cfs_quota_us"), _text(group / "cpu.cfs_period_us")
                yield from _quota([quota.strip(), period.strip()])


def _groups(mounted: Path, path: str) -> Iterator[Path]:
    """Go from the group up to the mount: inside a container the host's path is often not there."""
    inner = PurePosixPath(path.strip("/") or ".")
    if ".." in inner.parts:
        inner = PurePosixPath()
    for group in (inner, *inner.parents):
        yield mounted / group


def _quota(words: list[str]) -> Iterator[float]:
    """Read "200000 100000" as 2; version 2 says "max" and version 1 says -1 where there is no quota."""
    if len(words) == 2 and all(word.isdigit() for word in words) and int(words[1]) > 0:
        yield int(words[0]) / int(words[1])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
