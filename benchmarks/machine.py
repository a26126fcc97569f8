"""Where the pictures are, what machine this is, and where results go."""

import ctypes
import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"


def data_folder() -> Path:
    """Find the real pictures."""
    folder = Path(os.environ.get("VISUALSEARCH_DATA", ROOT / ".." / "shared" / "data")).resolve()
    if not folder.is_dir():
        raise SystemExit(f"Expected real pictures in {folder}, found none. Name them: VISUALSEARCH_DATA=…")
    return folder


def write(name: str, figures: dict[str, object]) -> None:
    """Print figures, and keep them with the machine's name as JSON."""
    for what, figure in figures.items():
        print(f"{name}: {what:44} {figure}")
    keep(name, figures, RESULTS / f"{name}.json")


def keep(name: str, figures: dict[str, object], path: Path, notes: Sequence[str] = ()) -> None:
    """Keep figures with the machine's name as JSON, and what is to be said below their table."""
    path.parent.mkdir(exist_ok=True)
    made = {
        "benchmark": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cpus": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[1], 1),
        "figures": figures,
        "notes": list(notes),
    }
    path.write_text(json.dumps(made, indent=2) + "\n")


def resident_bytes() -> int:
    """Read how much memory of this process's own is in RAM; files that are mapped do not count."""
    ctypes.CDLL(None).malloc_trim(0)  # what was freed, and is only kept for later, does not count
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) * 1024
    raise SystemExit("Expected RssAnon in /proc/self/status, found none: this needs Linux.")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
