"""Where the pictures are, what machine this is, how a shop is served, and where results go."""

import ctypes
import json
import os
import platform
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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


@contextmanager
def served(shop: Path, *flags: str | Path) -> Iterator[str]:
    """Serve a shop for the length of a block, with nothing running beside it, and give its address."""
    command = [sys.executable, "-m", "visualsearch", "serve", "--shop", str(shop), "--port", "0"]
    command += map(str, flags)
    quiet = {**os.environ, "VISUALSEARCH_SEARCH__LEARN": "false"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=quiet) as process:
        assert process.stderr is not None
        lines = iter(process.stderr)
        address = next((line[line.index("http://") :].strip() for line in lines if "http://" in line), None)
        if address is None:
            raise SystemExit("Expected serve to listen, found that it ended; run it by hand to see why.")
        # A pipe that nobody reads stops the server once it is full.
        reader = threading.Thread(target=lambda: deque(lines, maxlen=0))
        reader.start()
        try:
            yield address
        finally:
            process.terminate()
            process.wait()
            reader.join()


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
